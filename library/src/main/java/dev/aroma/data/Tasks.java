package dev.aroma.data;

import dev.aroma.input.InputException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** All tasks by name. */
public final class Tasks {
  private static final List<TaskSource> ALL =
      Stream.of(List.of(new WordNetFields()), Glue.TASKS, List.of(new TextTask()))
          .<TaskSource>flatMap(List::stream)
          .toList();

  private static final List<InstructionSource> WRITTEN =
      List.of(new Commonsense(), new InstructionsTask());

  private Tasks() {}

  /** The names, the embedded task first, then those of classes, then those of instructions. */
  public static List<String> names() {
    return Stream.concat(
            ALL.stream().map(TaskSource::name), WRITTEN.stream().map(InstructionSource::name))
        .toList();
  }

  /** The task of instructions that has this name, if one has. */
  public static Optional<InstructionSource> instructions(String name) {
    return WRITTEN.stream().filter(source -> same(source.name(), name)).findFirst();
  }

  /** Whether the task of this name is one of instructions, which a model learns to answer. */
  public static boolean writes(String name) {
    return instructions(name).isPresent();
  }

  /**
   * Refuses a name that no task has.
   *
   * @throws InputException when there is none
   */
  public static void require(String name) {
    if (!writes(name)) {
      named(name);
    }
  }

  /**
   * The task of classes or numbers that has this name; upper case and hyphens make no difference
   * (SST-2 is sst2).
   *
   * @throws InputException when there is none
   */
  public static TaskSource named(String name) {
    return ALL.stream()
        .filter(source -> same(source.name(), name))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "Expected a task, one of %s, found %s.".formatted(names(), name),
                    "Your own TSV, CSV or JSONL files are read by the task text.",
                    "task-unknown"));
  }

  /** Reads the task that the options name, with at most {@code limit} training examples. */
  public static Task load(TaskOptions options) {
    return named(options.name()).load(options).limited(options.limit());
  }

  /** Whether two spellings mean one task. */
  public static boolean same(String one, String other) {
    return plain(one).equals(plain(other));
  }

  /** In lower case, without hyphens and underscores. */
  static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }
}
