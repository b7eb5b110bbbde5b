package dev.aroma.recipe;

import dev.aroma.data.Tasks;
import dev.aroma.input.InputException;
import dev.aroma.io.AdapterFiles;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.peft.Method;
import dev.aroma.report.RunDirectory;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.text.TextTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * A trained classifier in memory, ready to score: of a run, whose adapter is merged into its base
 * model or, where its method cannot be, attached; of a run beside weights that others share; or of
 * a merged Hugging Face directory.
 *
 * @param tokenizer cuts texts off where the model learned no more, or has no more positions
 * @param base files of the base model, or of the merged one
 * @param options of the run; null for a merged directory
 * @param adapter null for a merged directory
 */
record LoadedClassifier(
    SequenceClassifier model,
    TextTokenizer tokenizer,
    Labels labels,
    ModelFiles base,
    RunOptions options,
    AppliedAdapter adapter,
    Device device)
    implements AutoCloseable {
  /**
   * Loads one.
   *
   * @param directory of a run, or a merged model
   * @param engine where to compute
   * @throws InputException if it holds neither, or none that classifies
   */
  static LoadedClassifier of(Path directory, EngineOptions engine) {
    requireNoBareAdapter(directory);
    boolean merged =
        !RunDirectory.holdsRun(directory) && Files.exists(directory.resolve("config.json"));
    return merged ? ofMerged(directory, engine) : ofRun(directory, engine);
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

  private static LoadedClassifier ofRun(Path directory, EngineOptions given) {
    TrainedRun run = TrainedRun.open(directory);
    EngineOptions engine = given.over(run.options.engine());
    ModelFiles base = ModelFiles.find(run.options.model().path(), text -> {});
    WeightSource weights =
        (model, types) -> base.load(model, engine.where(), types, run.options.train().seed());
    return load(run, base, weights, Placement.MERGED, engine);
  }

  /**
   * Loads a run's adapter beside weights that others share.
   *
   * @param directory of a run
   * @param shared the base model of the run
   * @throws InputException if the run has another base model
   */
  static LoadedClassifier beside(Path directory, SharedBase shared) {
    TrainedRun run = TrainedRun.open(directory);
    ModelFiles base = shared.files(directory, run.options);
    return load(run, base, shared::lend, Placement.BESIDE, shared.engine());
  }

  /** What a run has for its base model. */
  private record TrainedRun(Path directory, RunOptions options, Path adapter, Labels labels) {
    static TrainedRun open(Path directory) {
      Path adapter = Adapters.of(RunDirectory.open(directory));
      RunOptions options = Recipes.options(directory);
      requireClassifier(directory, options);
      return new TrainedRun(directory, options, adapter, Labels.read(directory));
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
    Function<String, DType> types(SequenceClassifier model, EngineOptions engine) {
      Method method = options.method().method();
      return ModelFiles.types(model, method::trains, engine.type(engine.where()));
    }
  }

  /** Where a declared model gets its weights from. */
  private interface WeightSource {
    /** Gives every parameter a value of its element type, by path. */
    void fill(SequenceClassifier model, Function<String, DType> types);
  }

  private static LoadedClassifier load(
      TrainedRun run,
      ModelFiles base,
      WeightSource weights,
      Placement placement,
      EngineOptions engine) {
    Labels labels = run.labels;
    SequenceClassifier model = base.classifier(labels.outputs(), run.options.model().dropout());
    AppliedAdapter adapter = null;
    try {
      weights.fill(model, run.types(model, engine));
      adapter = AdapterStore.apply(model, run.adapter, placement);
      TextTokenizer tokenizer = ready(run.directory, model, labels, engine);
      return new LoadedClassifier(
          model, tokenizer, labels, base, run.options, adapter, engine.where());
    } catch (RuntimeException | Error e) {
      free(model, adapter);
      throw e;
    }
  }

  private static LoadedClassifier ofMerged(Path directory, EngineOptions engine) {
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
      TextTokenizer tokenizer = ready(directory, model, labels, engine);
      return new LoadedClassifier(model, tokenizer, labels, files, null, null, device);
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

  /** Sets the model to score, and opens the tokenizer that goes with it. */
  private static TextTokenizer ready(
      Path directory, SequenceClassifier model, Labels labels, EngineOptions engine) {
    model.computeType(engine.type(engine.where()));
    model.train(false);
    int length = Math.min(labels.maxLength(), model.maxLength()); // beyond it are no positions
    return ModelFiles.checked(TextTokenizer.load(directory, length), model, directory);
  }

  private static void free(SequenceClassifier model, AppliedAdapter adapter) {
    if (adapter != null) {
      adapter.close();
    }
    model.unload();
  }

  @Override
  public void close() {
    tokenizer.close();
    free(model, adapter);
  }
}
