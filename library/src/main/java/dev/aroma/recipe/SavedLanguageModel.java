package dev.aroma.recipe;

import dev.aroma.data.Benchmark;
import dev.aroma.data.BenchmarkOptions;
import dev.aroma.data.Commonsense;
import dev.aroma.data.InstructionTask;
import dev.aroma.data.PromptEncoder;
import dev.aroma.data.PromptTemplate;
import dev.aroma.data.TaskOptions;
import dev.aroma.data.Tasks;
import dev.aroma.input.InputException;
import dev.aroma.io.HfDirectory;
import dev.aroma.report.RunDirectory;
import dev.aroma.train.CausalEvaluation;
import dev.aroma.train.Evaluation;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A model that writes, to be judged or merged: a run with its adapter, or a checkpoint as it is.
 */
public final class SavedLanguageModel implements AutoCloseable {
  private final LoadedDecoder loaded;

  private SavedLanguageModel(LoadedDecoder loaded) {
    this.loaded = loaded;
  }

  /** Whether a directory holds a run whose model writes, so that it is for this class. */
  public static boolean isFor(Path run) {
    return RunDirectory.holdsRun(run) && Tasks.writes(Recipes.options(run).task().name());
  }

  /**
   * Loads a run.
   *
   * @param engine where to compute
   */
  public static SavedLanguageModel ofRun(Path directory, EngineOptions engine) {
    return new SavedLanguageModel(LoadedDecoder.ofRun(directory, null, engine, text -> {}));
  }

  /**
   * Loads a checkpoint.
   *
   * @param model a Hugging Face directory or id
   */
  public static SavedLanguageModel ofModel(
      String model, EngineOptions engine, Consumer<String> messages) {
    return new SavedLanguageModel(LoadedDecoder.of(model, null, engine, messages));
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
    TaskOptions asked = loaded.options().task().with(benchmark);
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
        loaded.model(),
        InstructionWorkload.split(asked, task, "dev", task.dev(), encoder(), loaded.tokenizer()),
        batchSize(),
        loaded.device());
  }

  private BenchmarkEvaluation benchmarks(
      TaskOptions asked, List<Benchmark> sets, Path answers, Consumer<String> messages) {
    return new BenchmarkEvaluation(
        new BenchmarkAnswerer(
            loaded.model(),
            loaded.tokenizer(),
            encoder(),
            loaded.device(),
            loaded.files().ends(),
            batchSize()),
        PromptTemplate.of(asked.instructions().prompt()),
        sets,
        asked.benchmark(),
        new BenchmarkProgress(answers, loaded.files().name()),
        messages);
  }

  private PromptEncoder encoder() {
    return new PromptEncoder(loaded.tokenizer(), loaded.files().endToken(loaded.model()));
  }

  private int batchSize() {
    return loaded.options() == null ? Evaluation.BATCH : loaded.options().train().evalBatchSize();
  }

  /**
   * Writes it as a merged Hugging Face directory that transformers loads, in exact float32.
   *
   * @param shardBytes most bytes of a file of weights
   * @throws IllegalStateException if it was loaded with another precision than fp32
   * @throws InputException if the method's layers cannot become part of the base model's
   */
  public void writeMerged(Path directory, long shardBytes) {
    HfDirectory base = loaded.files().directory();
    MergedModel.requireMerged(loaded.adapter(), loaded.options());
    MergedModel.write(
        directory, loaded.model(), loaded.tokenizer(), base.config().json(), shardBytes);
    MergedModel.copySettings(base, directory);
  }

  /** Options of the run; nothing for a checkpoint. */
  public Optional<RunOptions> options() {
    return Optional.ofNullable(loaded.options());
  }

  @Override
  public void close() {
    loaded.close();
  }
}
