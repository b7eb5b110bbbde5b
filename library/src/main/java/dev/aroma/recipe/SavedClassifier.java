package dev.aroma.recipe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.data.Batch;
import dev.aroma.data.Task;
import dev.aroma.data.TaskOptions;
import dev.aroma.data.Tasks;
import dev.aroma.data.TextTask;
import dev.aroma.input.InputException;
import dev.aroma.io.AtomicFile;
import dev.aroma.io.HfDirectory;
import dev.aroma.model.Inputs;
import dev.aroma.model.Scorer;
import dev.aroma.tensor.Tensor;
import dev.aroma.train.Evaluator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A trained classifier from disk, its adapter merged or, where its method cannot be, attached: from
 * the directory of a run, or from a merged Hugging Face directory.
 */
public final class SavedClassifier implements AutoCloseable {
  private final LoadedClassifier loaded;
  private Function<Inputs, Tensor> pass; // null until something is scored: an export needs none
  private Scorer scorer; // null if the pass is the model's own

  private SavedClassifier(LoadedClassifier loaded) {
    this.loaded = loaded;
  }

  /**
   * Loads a trained classifier.
   *
   * @param directory of a run, or a merged model
   * @param engine where to compute
   * @throws InputException if it holds neither, or none that classifies
   */
  public static SavedClassifier load(Path directory, EngineOptions engine) {
    return new SavedClassifier(LoadedClassifier.of(directory, engine));
  }

  /**
   * Loads a run's adapter beside weights that others share.
   *
   * @param directory of a run
   * @param shared the base model of the run
   * @throws InputException if the run has another base model
   */
  public static SavedClassifier load(Path directory, SharedBase shared) {
    return new SavedClassifier(LoadedClassifier.beside(directory, shared));
  }

  /** Names of the classes in the order of the probabilities; empty for regression. */
  public List<String> labels() {
    return loaded.labels().names();
  }

  /**
   * Classifies texts, in their order.
   *
   * @param texts first texts
   * @param pairs second texts, or null where the model takes single ones
   */
  public List<Prediction> classify(List<String> texts, List<String> pairs) {
    return new Predictor(this::logits, loaded.tokenizer(), loaded.labels()).classify(texts, pairs);
  }

  /**
   * Scores of a batch that its tokenizer made.
   *
   * @return logits, row-major (batch, outputs)
   */
  public float[] logits(Batch batch) {
    if (pass == null) {
      scorer = loaded.model().scorer().orElse(null);
      pass = scorer == null ? loaded.model()::logits : scorer::logits;
    }
    return Evaluator.logits(pass, batch, loaded.device());
  }

  /**
   * Scores it on a task's whole dev splits.
   *
   * @param data directory of the task's files, or for the task text a file of labelled examples;
   *     null for where the run found them
   * @return scores by name, the deciding one first
   * @throws InputException if the data have other labels than the model
   * @throws IllegalStateException if this is a merged model, which knows no task
   */
  public Map<String, Double> evaluate(Path data) {
    RunOptions options = loaded.options();
    if (options == null) {
      throw new IllegalStateException("a merged model knows no task; evaluate its run");
    }
    Task task = task(options.task(), data);
    if (!task.labels().equals(labels())) {
      throw new InputException(
          "Expected data with the labels that the model learned, %s, found %s (%s)."
              .formatted(labels(), task.labels(), data == null ? "the run's data" : data),
          "Evaluate on data of the same task; for the task text, give a file of examples as data.",
          "eval-labels");
    }
    return ClassificationWorkload.evaluator(
            loaded.model(), task, loaded.tokenizer(), options.train(), loaded.device())
        .score();
  }

  private Task task(TaskOptions options, Path data) {
    if (data == null) {
      return Tasks.load(options);
    }
    boolean ownFile = Tasks.named(options.name()) instanceof TextTask;
    return ownFile && Files.isRegularFile(data)
        ? TextTask.judging(data, options, labels())
        : Tasks.load(ResolvedPaths.withData(options, data));
  }

  /**
   * Writes it as a merged Hugging Face directory that transformers loads, in exact float32.
   *
   * @param shardBytes most bytes of a file of weights
   * @throws IllegalStateException if it was loaded with another precision than fp32
   * @throws InputException if the method's layers cannot become part of the base model's
   */
  public void writeMerged(Path directory, long shardBytes) {
    requireMerged();
    ObjectNode config = loaded.labels().into(base().config().json());
    MergedModel.write(directory, loaded.model(), loaded.tokenizer(), config, shardBytes);
    writeTokenizerConfig(directory);
  }

  private void requireMerged() {
    MergedModel.requireMerged(loaded.adapter(), loaded.options());
  }

  private void writeTokenizerConfig(Path directory) {
    MergedTokenizer.write(directory, loaded.labels().maxLength(), base().config());
  }

  /**
   * Writes its merged weights into the ONNX graph of the base model, which is otherwise unchanged:
   * {@code model.onnx}, with the tokenizer, and in {@code head/} what of the head the graph has no
   * place for.
   *
   * @return the head's parameters that the graph has no place for
   * @throws IllegalStateException if it was loaded with another precision than fp32
   * @throws InputException if the base model has no ONNX graph, or one that cannot take the weights
   */
  public List<String> writeOnnx(Path directory) {
    requireMerged();
    Path graph = base().onnx().orElseThrow(() -> OnnxExport.noGraph(loaded.base().path()));
    try {
      Files.createDirectories(directory);
      List<String> left = OnnxExport.write(graph, loaded.model(), directory);
      loaded.tokenizer().save(directory);
      writeTokenizerConfig(directory);
      if (!left.isEmpty()) {
        loaded.labels().write(directory.resolve(OnnxExport.HEAD));
      }
      return left;
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(directory, e);
    }
  }

  /** Options of the run; nothing for a merged model. */
  public Optional<RunOptions> options() {
    return Optional.ofNullable(loaded.options());
  }

  /** The directory of the base model. */
  public HfDirectory base() {
    return loaded.base().directory();
  }

  @Override
  public void close() {
    if (scorer != null) {
      scorer.close();
    }
    loaded.close();
  }
}
