package dev.aroma.recipe;

import dev.aroma.data.BatchSource;
import dev.aroma.model.Transformer;
import dev.aroma.tensor.Device;
import dev.aroma.text.TextTokenizer;
import dev.aroma.train.Evaluation;
import dev.aroma.train.Objective;
import java.nio.file.Path;
import java.util.List;

/**
 * What a run learns, whatever the method: its data, the kind of model that they need, the loss and
 * the scores.
 *
 * @param <M> the kind of model
 */
interface Workload<M extends Transformer> {
  /**
   * A workload that has met its model.
   *
   * @param train what is learned from
   * @param objective what is minimised
   * @param evaluation what it is judged by
   */
  record Ready(BatchSource train, Objective objective, Evaluation evaluation) {}

  /** The task's name. */
  String name();

  /** The files that were read, for digests; empty for embedded data. */
  List<Path> files();

  /** What a person should know about the data, a line each. */
  List<String> messages();

  /** Names of the classes that a head would have outputs for; empty for none. */
  List<String> labels();

  /** Number of training examples. */
  int examples();

  /** The model's tokenizer, which cuts off texts as the workload wants it. */
  TextTokenizer tokenizer(ModelFiles files, M model);

  /** Declares the model that it needs; no memory is taken yet. */
  M declare(ModelFiles files);

  /**
   * Tokenizes the data.
   *
   * @param directory of the run
   */
  Ready prepare(M model, ModelFiles files, TextTokenizer tokenizer, Device device, Path directory);

  /** Writes beside a run what its outputs mean. */
  void describe(Path directory);
}
