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
 * @param maxLength most tokens of an input, special ones included, 3 or more
 * @param limit most training examples, 0 for all
 */
public record TaskOptions(
    @Option(
            help =
                "The task: wordnet-fields (embedded), a GLUE task (cola, sst2, mrpc, stsb, qqp, mnli, qnli, rte), or text for your own files.",
            def = "wordnet-fields")
        String name,
    @Option(
            help =
                "Directory of the task's files; for the task text also the training file itself.")
        Path data,
    @Option(help = "Task text: column of the text. Where not given: text, else sentence.")
        String textColumn,
    @Option(help = "Task text: column of the second text. Where not given: single texts.")
        String pairColumn,
    @Option(help = "Task text: column of the label or target. Where not given: label.")
        String labelColumn,
    @Option(help = "Task text: training file. Where not given: train.* in the data directory.")
        Path trainFile,
    @Option(
            help =
                "Task text: file to judge on. Where not given: dev.*, validation.* or test.* in the data directory, else a tenth of the training file, chosen by a hash of the text.")
        Path devFile,
    @Option(help = "Task text: learn a number (true) or a class (false).", def = "false")
        boolean regression,
    @Option(
            help = "Most tokens of an input, special ones included; longer texts are cut off.",
            def = "128",
            min = 3)
        int maxLength,
    @Option(
            help = "Most training examples, a fixed random sample of them; 0 for all.",
            def = "0",
            min = 0)
        int limit) {

  /** A task by name with everything else as by default; {@code data} may be null. */
  public static TaskOptions of(String name, Path data) {
    return new TaskOptions(name, data, null, null, null, null, null, false, 128, 0);
  }

  /** The same task read from other files; each may be null. */
  public TaskOptions withFiles(Path data, Path trainFile, Path devFile) {
    return new TaskOptions(
        name,
        data,
        textColumn,
        pairColumn,
        labelColumn,
        trainFile,
        devFile,
        regression,
        maxLength,
        limit);
  }

  /** Refuses options that a task with a format of its own would have to ignore. */
  void requireNoneOfText() {
    List<String> given = new ArrayList<>();
    add(given, "text-column", textColumn != null);
    add(given, "pair-column", pairColumn != null);
    add(given, "label-column", labelColumn != null);
    add(given, "train-file", trainFile != null);
    add(given, "dev-file", devFile != null);
    add(given, "regression", regression);
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
