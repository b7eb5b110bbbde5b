package dev.aroma.data;

import dev.aroma.input.InputException;
import dev.aroma.input.Option;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What to learn and from which files.
 *
 * @param name a task of {@link Tasks}
 * @param data directory of its files, or for {@code text} the training file; null where embedded
 * @param textColumn for {@code text}: see the option
 * @param pairColumn for {@code text}: see the option
 * @param labelColumn for {@code text}: see the option
 * @param trainFile for {@code text}: see the option
 * @param devFile for {@code text}: see the option
 * @param regression for {@code text}: see the option
 * @param maxLength most tokens of an input, special ones included, 3 or more; null stands for the
 *     task's default
 * @param limit most training examples, 0 for all
 * @param instructions how instructions are told, and what is learned of them
 * @param benchmark how a task with benchmarks judges the delivered model
 */
public record TaskOptions(
    @Option(
            help =
                "The task: wordnet-fields (embedded), a GLUE task (cola, sst2, mrpc, stsb, qqp, mnli, qnli, rte), or text for your own files; for models that write commonsense, or instructions for your own files.",
            def = "wordnet-fields")
        String name,
    @Option(
            help =
                "Directory of the task's files; for your own files also the training file itself.")
        Path data,
    @Option(help = "Task text: column of the text. Where not given: text, else sentence.")
        String textColumn,
    @Option(help = "Task text: column of the second text. Where not given: single texts.")
        String pairColumn,
    @Option(help = "Task text: column of the label or target. Where not given: label.")
        String labelColumn,
    @Option(help = "Your own files: training file. Where not given: train.* in the data directory.")
        Path trainFile,
    @Option(
            help =
                "Your own files: file to judge on. Where not given: dev.*, validation.* or test.* in the data directory, else a tenth of the training file, chosen by a hash of the text.")
        Path devFile,
    @Option(help = "Task text: learn a number (true) or a class (false).", def = "false")
        boolean regression,
    @Option(
            help =
                "Most tokens of an input, special ones included; longer texts are cut off. Where not given: 128, and 256 for instructions.",
            min = 3)
        Integer maxLength,
    @Option(
            help = "Most training examples, a fixed random sample of them; 0 for all.",
            def = "0",
            min = 0)
        int limit,
    @Option(help = "Tasks instructions and commonsense: how instructions are told.")
        InstructionOptions instructions,
    @Option(help = "Task commonsense: how the delivered model is judged.")
        BenchmarkOptions benchmark) {
  private static final int CLASSIFIED = 128;
  private static final int WRITTEN = 256; // the paper's for LLaMA

  /** Fills in what was not given. */
  public TaskOptions {
    maxLength = maxLength != null ? maxLength : Tasks.writes(name) ? WRITTEN : CLASSIFIED;
  }

  /** A task that classifies. */
  public TaskOptions(
      String name,
      Path data,
      String textColumn,
      String pairColumn,
      String labelColumn,
      Path trainFile,
      Path devFile,
      boolean regression,
      int maxLength,
      int limit) {
    this(
        name,
        data,
        textColumn,
        pairColumn,
        labelColumn,
        trainFile,
        devFile,
        regression,
        maxLength,
        limit,
        InstructionOptions.DEFAULT,
        BenchmarkOptions.DEFAULT);
  }

  /** The same on other files. */
  public TaskOptions with(Path otherData, Path otherTrain, Path otherDev) {
    return with(otherData, otherTrain, otherDev, instructions, benchmark);
  }

  /** A task by name with everything else as by default; {@code data} may be null. */
  public static TaskOptions of(String name, Path data) {
    return new TaskOptions(
        name,
        data,
        null,
        null,
        null,
        null,
        null,
        false,
        null,
        0,
        InstructionOptions.DEFAULT,
        BenchmarkOptions.DEFAULT);
  }

  /** The same with other words around instructions. */
  public TaskOptions with(InstructionOptions others) {
    return with(data, trainFile, devFile, others, benchmark);
  }

  /** The same, judged otherwise. */
  public TaskOptions with(BenchmarkOptions others) {
    return with(data, trainFile, devFile, instructions, others);
  }

  private TaskOptions with(
      Path otherData,
      Path otherTrain,
      Path otherDev,
      InstructionOptions otherInstructions,
      BenchmarkOptions otherBenchmark) {
    return new TaskOptions(
        name,
        otherData,
        textColumn,
        pairColumn,
        labelColumn,
        otherTrain,
        otherDev,
        regression,
        maxLength,
        limit,
        otherInstructions,
        otherBenchmark);
  }

  /** Refuses options that a task of instructions would have to ignore. */
  void requireNoColumns() {
    List<String> given = columns();
    if (!given.isEmpty()) {
      throw new InputException(
          "The task %s reads instruction, input and output, found also: %s."
              .formatted(name, String.join(", ", given)),
          "Leave these options out, or read labelled texts with the task text.",
          "task-options");
    }
  }

  private List<String> columns() {
    List<String> given = new ArrayList<>();
    add(given, "text-column", textColumn != null);
    add(given, "pair-column", pairColumn != null);
    add(given, "label-column", labelColumn != null);
    add(given, "regression", regression);
    return given;
  }

  /** Refuses options that a task with a format of its own would have to ignore. */
  void requireNoneOfText() {
    List<String> given = columns();
    add(given, "train-file", trainFile != null);
    add(given, "dev-file", devFile != null);
    if (!given.isEmpty()) {
      throw new InputException(
          "The task %s knows its files and columns, found also: %s."
              .formatted(name, String.join(", ", given)),
          "Leave these options out, or read your own files with the task text.",
          "task-options");
    }
  }

  private static void add(List<String> given, String option, boolean there) {
    if (there) {
      given.add(option);
    }
  }
}
