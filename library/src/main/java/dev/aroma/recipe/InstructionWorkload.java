package dev.aroma.recipe;

import dev.aroma.data.Instruction;
import dev.aroma.data.InstructionSplit;
import dev.aroma.data.InstructionTask;
import dev.aroma.data.PromptEncoder;
import dev.aroma.data.TaskOptions;
import dev.aroma.data.Tasks;
import dev.aroma.model.CausalModel;
import dev.aroma.tensor.Device;
import dev.aroma.text.TextTokenizer;
import dev.aroma.train.CausalEvaluation;
import dev.aroma.train.CausalLoss;
import dev.aroma.train.Evaluation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Instructions and their answers, which a model learns to write. */
final class InstructionWorkload implements Workload<CausalModel> {
  /** Tokens of a text that is never cut off here: what is too long is cut by the split. */
  static final int WHOLE = 1 << 20;

  private final RunOptions options;
  private final InstructionTask task;
  private final Consumer<String> messages;

  private InstructionWorkload(RunOptions options, InstructionTask task, Consumer<String> messages) {
    this.options = options;
    this.task = task;
    this.messages = messages;
  }

  /**
   * Reads the data.
   *
   * @param messages told how far the benchmarks are
   */
  static InstructionWorkload load(RunOptions options, Consumer<String> messages) {
    return new InstructionWorkload(options, task(options.task()), messages);
  }

  static InstructionTask task(TaskOptions options) {
    return Tasks.instructions(options.name()).orElseThrow().load(options).limited(options.limit());
  }

  @Override
  public String name() {
    return task.name();
  }

  @Override
  public List<Path> files() {
    return task.files();
  }

  @Override
  public List<String> messages() {
    Stream<String> sets = task.benchmarks().isEmpty() ? Stream.empty() : Stream.of(benchmarks());
    return Stream.of(task.notes().stream(), task.summary().stream(), sets)
        .flatMap(lines -> lines)
        .toList();
  }

  /** There is no head. */
  @Override
  public List<String> labels() {
    return List.of();
  }

  private String benchmarks() {
    return task.benchmarks().stream()
        .map(set -> set.name() + " " + set.questions().size())
        .collect(Collectors.joining(", ", "asked at the end: ", " questions"));
  }

  @Override
  public int examples() {
    return task.train().size();
  }

  @Override
  public CausalModel declare(ModelFiles files) {
    return files.causal(options.model().dropout());
  }

  @Override
  public TextTokenizer tokenizer(ModelFiles files, CausalModel model) {
    return files.tokenizer(model, WHOLE);
  }

  @Override
  public Ready prepare(
      CausalModel model, ModelFiles files, TextTokenizer tokenizer, Device device, Path directory) {
    PromptEncoder encoder = new PromptEncoder(tokenizer, files.endToken(model));
    CausalEvaluation dev =
        new CausalEvaluation(
            model,
            split(options.task(), task, "dev", task.dev(), encoder, tokenizer),
            options.train().evalBatchSize(),
            device);
    Evaluation evaluation =
        task.benchmarks().isEmpty()
            ? dev
            : new JudgedAtTheEnd(
                dev,
                new BenchmarkEvaluation(
                    new BenchmarkAnswerer(
                        model,
                        tokenizer,
                        encoder,
                        device,
                        files.ends(),
                        options.train().evalBatchSize()),
                    task.template(),
                    task.benchmarks(),
                    options.task().benchmark(),
                    new BenchmarkProgress(directory, options.model().path()),
                    messages));
    return new Ready(
        split(options.task(), task, "train", task.train(), encoder, tokenizer),
        new CausalLoss(model, device, options.model().recompute()),
        evaluation);
  }

  /** Some of a task's instructions as token ids. */
  static InstructionSplit split(
      TaskOptions options,
      InstructionTask task,
      String name,
      List<Instruction> instructions,
      PromptEncoder encoder,
      TextTokenizer tokenizer) {
    return InstructionSplit.of(
        name,
        instructions,
        task.template(),
        encoder,
        tokenizer.padId(),
        options.maxLength(),
        options.instructions().loss());
  }

  /** The options say everything. */
  @Override
  public void describe(Path directory) {}

  /** The loss while training; in the end the benchmarks, and the loss beside them. */
  private record JudgedAtTheEnd(CausalEvaluation dev, BenchmarkEvaluation benchmarks)
      implements Evaluation {
    @Override
    public String metric() {
      return dev.metric();
    }

    @Override
    public boolean higherIsBetter() {
      return dev.higherIsBetter();
    }

    @Override
    public int examples() {
      return dev.examples();
    }

    @Override
    public Map<String, Double> score() {
      return dev.score();
    }

    @Override
    public Evaluation delivered() {
      return benchmarks.with(dev);
    }
  }
}
