package dev.aroma.bench;

import dev.aroma.io.RawTensor;
import dev.aroma.io.SafetensorsWriter;
import dev.aroma.model.CausalModel;
import dev.aroma.model.Inputs;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.Transformer;
import dev.aroma.nn.Parameter;
import dev.aroma.recipe.ModelFiles;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A model that learns random words, and whose logits are written down for others to compare: a
 * classifier into {@value #LABELS} classes, or a decoder.
 *
 * @param model on the CPU in float32
 * @param logits (rows, classes) of a classifier, (rows, length, vocabulary) of a decoder
 */
record TrialModel(Transformer model, Function<Inputs, Tensor> logits) {
  /** The file that logits are written to. */
  static final String ANSWERS = "io.safetensors";

  private static final int LABELS = 2;
  private static final int ROWS = 8;
  private static final int LENGTH = 12;
  private static final int FIRST_WORD = 5; // ids below are padding and other special ones

  /** The model of a checkpoint, as it is; a classifier gets a random head. */
  static TrialModel load(ModelFiles files) {
    TrialModel trial = files.writes() ? of(files.causal(0.0)) : of(files.classifier(LABELS, 0.0));
    files.load(trial.model, Device.CPU, path -> DType.F32, 1);
    return trial;
  }

  private static TrialModel of(CausalModel model) {
    return new TrialModel(model, inputs -> model.scores(model.states(inputs)));
  }

  private static TrialModel of(SequenceClassifier model) {
    return new TrialModel(model, model::logits);
  }

  /** Names of all linear layers of a block. */
  List<String> targets() {
    return writes()
        ? List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
        : List.of(
            "query",
            "key",
            "value",
            "attention.output.dense",
            "intermediate.dense",
            "output.dense");
  }

  /** Whether it is a decoder. */
  boolean writes() {
    return model instanceof CausalModel;
  }

  /** The parameters that every method trains; a decoder has none. */
  List<Parameter> head() {
    return model.parameters().entrySet().stream()
        .filter(e -> model.inHead(e.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** The loss on one of any number of random batches: of random classes, or of the next words. */
  Tensor loss(int batch) {
    Inputs inputs = inputs(batch);
    Tensor all = logits.apply(inputs);
    if (!writes()) {
      return Ops.crossEntropy(all, new Rng(50 + batch).uniform(0, LABELS, ROWS).to(DType.I64));
    }
    Tensor scores = all.narrow(1, 0, LENGTH - 1).reshape(-1, all.size(2));
    return Ops.crossEntropy(scores, inputs.ids().narrow(1, 1, LENGTH - 1).reshape(-1));
  }

  /** Random words; in each row the last tokens are padding, one more in every second row. */
  private Inputs inputs(int seed) {
    Tensor ids =
        new Rng(seed).uniform(FIRST_WORD, model.vocabularySize() - 1, ROWS, LENGTH).to(DType.I64);
    long[] words = ids.longs();
    long[] mask = new long[words.length];
    for (int i = 0; i < words.length; i++) {
      mask[i] = i % LENGTH < LENGTH - i / LENGTH / 2 ? 1 : 0;
      words[i] = mask[i] == 1 ? words[i] : 1; // RoBERTa's padding, which the others' mask hides
    }
    return new Inputs(
        Tensor.of(words, ROWS, LENGTH),
        Tensor.zeros(DType.I64, Device.CPU, ROWS, LENGTH),
        Tensor.of(mask, ROWS, LENGTH));
  }

  /** Writes {@value #ANSWERS} into a directory: words, mask, and the logits that they give. */
  void answer(Path directory) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      Inputs inputs = inputs(99);
      SafetensorsWriter.write(
          directory.resolve(ANSWERS),
          List.of(
              raw("input_ids", inputs.ids()),
              raw("attention_mask", inputs.mask()),
              raw("logits", logits.apply(inputs))));
    }
  }

  private static RawTensor raw(String name, Tensor tensor) {
    return RawTensor.of(name, tensor.dtype(), tensor.shape(), tensor::bytes);
  }
}
