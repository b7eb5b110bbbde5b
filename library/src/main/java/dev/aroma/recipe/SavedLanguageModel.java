package dev.aroma.recipe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.data.Benchmark;
import dev.aroma.data.BenchmarkOptions;
import dev.aroma.data.Commonsense;
import dev.aroma.data.InstructionTask;
import dev.aroma.data.PromptEncoder;
import dev.aroma.data.PromptTemplate;
import dev.aroma.data.TaskOptions;
import dev.aroma.data.Tasks;
import dev.aroma.input.InputException;
import dev.aroma.model.CausalModel;
import dev.aroma.report.RunDirectory;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.text.TextTokenizer;
import dev.aroma.train.CausalEvaluation;
import dev.aroma.train.Evaluation;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A model that writes, to be judged or merged: a run with its adapter, or a checkpoint as it is.
 */
public final class SavedLanguageModel implements AutoCloseable {
  private final CausalModel model;
  private final TextTokenizer tokenizer;
  private final ModelFiles base;
  private final RunOptions options; // null for a checkpoint
  private final AppliedAdapter adapter; // null for a checkpoint
  private final Device device;

  private SavedLanguageModel(
      CausalModel model,
      TextTokenizer tokenizer,
      ModelFiles base,
      RunOptions options,
      AppliedAdapter adapter,
      Device device) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.base = base;
    this.options = options;
    this.adapter = adapter;
    this.device = device;
  }

  /** Whether a directory holds a run whose model writes, so that it is for this class. */
  public static boolean isFor(Path run) {
    return RunDirectory.holdsRun(run) && Tasks.writes(SavedClassifier.options(run).task().name());
  }

  /**
   * Loads a run.
   *
   * @param engine where to compute
   */
  public static SavedLanguageModel ofRun(Path directory, EngineOptions engine) {
    RunOptions options = SavedClassifier.options(directory);
    RunDirectory run = RunDirectory.open(directory);
    Path trained = Adapters.of(run);
    ModelFiles base = ModelFiles.find(options.model().path(), text -> {});
    return load(base, trained, options, options.method().method()::trains, engine);
  }

  /**
   * Loads a checkpoint.
   *
   * @param model a Hugging Face directory or id
   */
  public static SavedLanguageModel ofModel(
      String model, EngineOptions engine, Consumer<String> messages) {
    return load(ModelFiles.find(model, messages), null, null, path -> false, engine);
  }

  private static SavedLanguageModel load(
      ModelFiles base,
      Path trained,
      RunOptions options,
      Predicate<String> trainedParameters,
      EngineOptions engine) {
    Device device = engine.where();
    DType type = engine.type(device);
    CausalModel model = base.causal(null);
    AppliedAdapter adapter = null;
    try {
      TextTokenizer tokenizer = base.tokenizer(model, InstructionWorkload.WHOLE);
      base.load(model, device, ModelFiles.types(model, trainedParameters, type), 0);
      adapter = trained == null ? null : AdapterStore.apply(model, trained);
      model.computeType(type);
      model.train(false);
      return new SavedLanguageModel(model, tokenizer, base, options, adapter, device);
    } catch (RuntimeException | Error e) {
      if (adapter != null) {
        adapter.close();
      }
      model.unload();
      throw e;
    }
  }

  /**
   * Scores it on the data of its run.
   *
   * @param benchmark how the benchmarks are asked
   * @param answers directory under which answers are written down
   * @return scores by name, the deciding one first
   */
  public Map<String, Double> evaluate(
      BenchmarkOptions benchmark, Path answers, Consumer<String> messages) {
    TaskOptions asked = options.task().with(benchmark);
    InstructionTask task = Tasks.instructions(asked.name()).orElseThrow().load(asked);
    CausalEvaluation dev = dev(asked, task);
    return task.benchmarks().isEmpty()
        ? dev.score()
        : benchmarks(asked, task.benchmarks(), answers, messages).with(dev).score();
  }

  /**
   * Scores it on other data: the benchmarks of the task commonsense, else the loss of a file.
   *
   * @param asked a task of instructions with its data
   */
  public Map<String, Double> evaluateOn(
      TaskOptions asked, Path answers, Consumer<String> messages) {
    if (!(Tasks.instructions(asked.name()).orElseThrow() instanceof Commonsense)) {
      return dev(asked, InstructionTask.judging(asked)).score();
    }
    List<Benchmark> sets = Commonsense.benchmarks(asked);
    if (sets.isEmpty()) {
      throw new InputException(
          "Expected commonsense test sets in %s, found none.".formatted(asked.data()),
          "Give the directory that holds test/boolq.jsonl or boolq/test.json as --data, and another mode than none.",
          "data-missing");
    }
    return new LinkedHashMap<>(benchmarks(asked, sets, answers, messages).score());
  }

  private CausalEvaluation dev(TaskOptions asked, InstructionTask task) {
    return new CausalEvaluation(
        model,
        InstructionWorkload.split(asked, task, "dev", task.dev(), encoder(), tokenizer),
        batchSize(),
        device);
  }

  private BenchmarkEvaluation benchmarks(
      TaskOptions asked, List<Benchmark> sets, Path answers, Consumer<String> messages) {
    return new BenchmarkEvaluation(
        new BenchmarkEvaluation.Judge(
            model, tokenizer, encoder(), device, base.ends(), batchSize()),
        PromptTemplate.of(asked.instructions().prompt()),
        sets,
        asked.benchmark(),
        new BenchmarkProgress(answers, base.name()),
        messages);
  }

  private PromptEncoder encoder() {
    return new PromptEncoder(tokenizer, base.endToken(model));
  }

  private int batchSize() {
    return options == null ? Evaluation.BATCH : options.train().evalBatchSize();
  }

  /**
   * Writes it as a merged Hugging Face directory that transformers loads, in exact float32.
   *
   * @param shardBytes most bytes of a file of weights
   * @throws IllegalStateException if it was loaded with another precision than fp32
   * @throws InputException if the method's layers cannot become part of the base model's
   */
  public void writeMerged(Path directory, long shardBytes) {
    ObjectNode config = base.directory().config().json();
    MergedModel.requireMerged(adapter, options);
    MergedModel.write(directory, model, tokenizer, config, shardBytes);
    MergedModel.copySettings(base.directory(), directory);
  }

  /** Options of the run; nothing for a checkpoint. */
  public Optional<RunOptions> options() {
    return Optional.ofNullable(options);
  }

  @Override
  public void close() {
    tokenizer.close();
    if (adapter != null) {
      adapter.close();
    }
    model.unload();
  }
}
