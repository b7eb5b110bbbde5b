package dev.aroma.recipe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.data.Batch;
import dev.aroma.data.Task;
import dev.aroma.data.Tasks;
import dev.aroma.data.TextTask;
import dev.aroma.input.InputException;
import dev.aroma.io.AdapterFiles;
import dev.aroma.io.AtomicFile;
import dev.aroma.io.HfDirectory;
import dev.aroma.model.Inputs;
import dev.aroma.model.Scorer;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.peft.Method;
import dev.aroma.report.RunDirectory;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Tensor;
import dev.aroma.text.TextTokenizer;
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
  private final SequenceClassifier model;
  private final TextTokenizer tokenizer;
  private final Labels labels;
  private final ModelFiles base;
  private final RunOptions options; // null for a merged directory
  private final AppliedAdapter adapter; // null for a merged directory
  private final Device device;
  private Function<Inputs, Tensor> pass; // null until something is scored: an export needs none
  private Scorer scorer; // null if the pass is the model's own

  private SavedClassifier(
      SequenceClassifier model,
      TextTokenizer tokenizer,
      Labels labels,
      ModelFiles base,
      RunOptions options,
      AppliedAdapter adapter,
      Device device) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.labels = labels;
    this.base = base;
    this.options = options;
    this.adapter = adapter;
    this.device = device;
  }

  /**
   * Loads a trained classifier.
   *
   * @param directory of a run, or a merged model
   * @param engine where to compute
   */
  public static SavedClassifier load(Path directory, EngineOptions engine) {
    requireNoBareAdapter(directory);
    boolean merged =
        !RunDirectory.holdsRun(directory) && Files.exists(directory.resolve("config.json"));
    return merged
        ? loadMerged(directory, engine)
        : loadRun(directory, engine.over(options(directory).engine()), null);
  }

  private static void requireNoBareAdapter(Path directory) {
    if (AdapterFiles.isIn(directory)) {
      throw new InputException(
          "Expected a run or a merged model, found an adapter by itself: %s.".formatted(directory),
          "Give the run that it belongs to, or make one of it: aroma import %s --output RUN"
              .formatted(directory),
          "run-files");
    }
  }

  /**
   * Loads a run's adapter beside weights that others share.
   *
   * @param directory of a run
   * @param shared the base model of the run
   * @throws InputException if the run has another base model
   */
  public static SavedClassifier load(Path directory, SharedBase shared) {
    return loadRun(directory, shared.engine(), shared);
  }

  private static SavedClassifier loadRun(Path directory, EngineOptions engine, SharedBase shared) {
    RunDirectory run = RunDirectory.open(directory);
    Path trained = Adapters.of(run);
    RunOptions options = options(directory);
    requireClassifier(directory, options);
    Labels labels = Labels.read(directory);
    ModelFiles base =
        shared == null
            ? ModelFiles.find(options.model().path(), text -> {})
            : shared.files(directory, options);
    SequenceClassifier model = base.classifier(labels.outputs(), options.model().dropout());
    AppliedAdapter adapter = null;
    try {
      if (shared == null) {
        base.load(model, engine.where(), types(model, options, engine), options.train().seed());
      } else {
        shared.lend(model, types(model, options, engine));
      }
      adapter =
          AdapterStore.apply(model, trained, shared == null ? Placement.MERGED : Placement.BESIDE);
      return ready(directory, model, labels, base, options, adapter, engine);
    } catch (RuntimeException | Error e) {
      free(model, adapter);
      throw e;
    }
  }

  private static void requireClassifier(Path directory, RunOptions options) {
    if (Tasks.writes(options.task().name())) {
      throw new InputException(
          "Expected a run that classifies texts, found one that writes them (task %s): %s."
              .formatted(options.task().name(), directory),
          "Let it write with: aroma generate --model %s".formatted(directory),
          "not-a-classifier");
    }
  }

  /** Element types as in training, without which scores would not be the run's. */
  private static Function<String, DType> types(
      SequenceClassifier model, RunOptions options, EngineOptions engine) {
    Method method = options.method().method();
    return ModelFiles.types(model, method::trains, engine.type(engine.where()));
  }

  private static void free(SequenceClassifier model, AppliedAdapter adapter) {
    if (adapter != null) {
      adapter.close();
    }
    model.unload();
  }

  /**
   * What a run was started with.
   *
   * @throws InputException if the directory holds no run
   */
  public static RunOptions options(Path run) {
    String yaml = RunDirectory.open(run).readConfig();
    return Recipes.bind(Config.empty().withYaml(yaml, run.resolve("config.yaml").toString()));
  }

  private static SavedClassifier loadMerged(Path directory, EngineOptions engine) {
    ModelFiles files = ModelFiles.find(directory.toAbsolutePath().toString(), text -> {});
    int positions = files.classifier(1, null).maxLength();
    Labels labels =
        Labels.of(files.directory().config(), MergedTokenizer.maxLength(directory, positions));
    SequenceClassifier model = files.classifier(labels.outputs(), null);
    try {
      Device device = engine.where();
      DType type = engine.type(device);
      List<String> fresh =
          files.load(model, device, ModelFiles.types(model, path -> false, type), 0);
      requireHead(directory, labels, fresh);
      return ready(directory, model, labels, files, null, null, engine);
    } catch (RuntimeException | Error e) {
      free(model, null);
      throw e;
    }
  }

  /** Random weights would answer as surely as trained ones. */
  private static void requireHead(Path directory, Labels labels, List<String> fresh) {
    if (!fresh.isEmpty()) {
      throw new InputException(
          "%s has no classification head for %d labels: %s"
              .formatted(directory, labels.outputs(), String.join(", ", fresh)),
          "give a run of aroma train or a model that aroma merge wrote; a base model is for train",
          "not-a-classifier");
    }
  }

  private static SavedClassifier ready(
      Path directory,
      SequenceClassifier model,
      Labels labels,
      ModelFiles base,
      RunOptions options,
      AppliedAdapter adapter,
      EngineOptions engine) {
    Device device = engine.where();
    DType type = engine.type(device);
    model.computeType(type);
    model.train(false);
    int length = Math.min(labels.maxLength(), model.maxLength()); // beyond it are no positions
    TextTokenizer tokenizer =
        ModelFiles.checked(TextTokenizer.load(directory, length), model, directory);
    return new SavedClassifier(model, tokenizer, labels, base, options, adapter, device);
  }

  /** Names of the classes in the order of the probabilities; empty for regression. */
  public List<String> labels() {
    return labels.names();
  }

  /**
   * Classifies texts, in their order.
   *
   * @param texts first texts
   * @param pairs second texts, or null where the model takes single ones
   */
  public List<Prediction> classify(List<String> texts, List<String> pairs) {
    return new Predictor(this::logits, tokenizer, labels).classify(texts, pairs);
  }

  /**
   * Scores of a batch that its tokenizer made.
   *
   * @return logits, row-major (batch, outputs)
   */
  public float[] logits(Batch batch) {
    if (pass == null) {
      scorer = model.scorer().orElse(null);
      pass = scorer == null ? model::logits : scorer::logits;
    }
    return Evaluator.logits(pass, batch, device);
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
    if (options == null) {
      throw new IllegalStateException("a merged model knows no task; evaluate its run");
    }
    Task task = task(data);
    if (!task.labels().equals(labels.names())) {
      throw new InputException(
          "Expected data with the labels that the model learned, %s, found %s (%s)."
              .formatted(labels.names(), task.labels(), data == null ? "the run's data" : data),
          "Evaluate on data of the same task; for the task text, give a file of examples as data.",
          "eval-labels");
    }
    return ClassificationWorkload.evaluator(model, task, tokenizer, options.train(), device)
        .score();
  }

  private Task task(Path data) {
    if (data == null) {
      return Tasks.load(options.task());
    }
    boolean ownFile = Tasks.named(options.task().name()) instanceof TextTask;
    return ownFile && Files.isRegularFile(data)
        ? TextTask.judging(data, options.task(), labels.names())
        : Tasks.load(ResolvedPaths.withData(options.task(), data));
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
    MergedModel.write(directory, model, tokenizer, config(), shardBytes);
    MergedTokenizer.write(directory, labels.maxLength(), base.directory().config());
  }

  private void requireMerged() {
    MergedModel.requireMerged(adapter, options);
  }

  private void writeTokenizer(Path directory) throws IOException {
    tokenizer.save(directory);
    MergedTokenizer.write(directory, labels.maxLength(), base.directory().config());
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
    Path graph = base.directory().onnx().orElseThrow(() -> OnnxExport.noGraph(base.path()));
    try {
      Files.createDirectories(directory);
      List<String> left = OnnxExport.write(graph, model, directory);
      writeTokenizer(directory);
      if (!left.isEmpty()) {
        labels.write(directory.resolve(OnnxExport.HEAD));
      }
      return left;
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(directory, e);
    }
  }

  private ObjectNode config() {
    ObjectNode json = base.directory().config().json();
    ObjectNode byId = json.putObject("id2label");
    ObjectNode byLabel = json.putObject("label2id");
    List<String> names = labels.regression() ? List.of("LABEL_0") : labels.names();
    for (int i = 0; i < names.size(); i++) {
      byId.put(String.valueOf(i), names.get(i));
      byLabel.put(names.get(i), i);
    }
    String problem = labels.regression() ? "regression" : "single_label_classification";
    return json.put("problem_type", problem);
  }

  /** Options of the run; nothing for a merged model. */
  public Optional<RunOptions> options() {
    return Optional.ofNullable(options);
  }

  /** The directory of the base model. */
  public HfDirectory base() {
    return base.directory();
  }

  @Override
  public void close() {
    tokenizer.close();
    if (scorer != null) {
      scorer.close();
    }
    if (adapter != null) {
      adapter.close();
    }
    model.unload();
  }
}
