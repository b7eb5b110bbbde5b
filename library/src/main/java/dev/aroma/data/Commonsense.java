package dev.aroma.data;

import dev.aroma.input.InputException;
import dev.aroma.input.Suggestion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Commonsense170K and its eight benchmarks (Hu et al. 2023, arXiv 2304.01933), in the form of
 * LLM-Adapters: objects with instruction, input, output and, in test sets, answer.
 *
 * <p>The training file is the only one whose name begins with {@code train} or {@code
 * commonsense_}. The test set NAME is {@code test/NAME.jsonl}, {@code NAME/test.json} or {@code
 * NAME.jsonl}, with any of the endings {@code .jsonl}, {@code .json}, {@code .ndjson} and their
 * {@code .gz}.
 */
public final class Commonsense implements InstructionSource {
  /** Answers of each set; which of them a question lists, it says itself. */
  private static final Map<String, List<String>> SETS = new LinkedHashMap<>();

  private static final List<String> ENDINGS = List.of("jsonl", "json", "ndjson");
  private static final String FORMAT = "Answer format:";

  static {
    List<String> answers = List.of("answer1", "answer2", "answer3", "answer4", "answer5");
    SETS.put("boolq", List.of("true", "false"));
    SETS.put("piqa", List.of("solution1", "solution2"));
    SETS.put("social_i_qa", answers);
    SETS.put("hellaswag", List.of("ending1", "ending2", "ending3", "ending4"));
    SETS.put("winogrande", List.of("option1", "option2"));
    SETS.put("ARC-Challenge", answers);
    SETS.put("ARC-Easy", answers);
    SETS.put("openbookqa", answers);
  }

  /** Names of the test sets. */
  public static List<String> sets() {
    return List.copyOf(SETS.keySet());
  }

  @Override
  public String name() {
    return "commonsense";
  }

  @Override
  public String description() {
    return "Commonsense170K, judged by its eight benchmarks (boolq, piqa, …)";
  }

  @Override
  public InstructionTask load(TaskOptions options) {
    options.requireNoColumns();
    PromptTemplate template = PromptTemplate.of(options.instructions().prompt());
    List<Benchmark> benchmarks = benchmarks(options);
    TextFiles files =
        options.trainFile() != null || options.data() == null || Files.isRegularFile(options.data())
            ? TextFiles.of(options)
            : new TextFiles(trainingFile(options.data()), options.devFile());
    return InstructionsTask.read(name(), template, files, benchmarks);
  }

  private static Path trainingFile(Path directory) {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.isDirectory(directory) ? Files.list(directory) : null) {
      if (files != null) {
        files.filter(Commonsense::isTraining).sorted().forEach(found::add);
      }
    } catch (IOException e) {
      throw DataFiles.unreadable(directory.toString(), e);
    }
    if (found.isEmpty()) {
      throw DataFiles.missing(
          "a training file, train*.jsonl, train*.json or commonsense_*.json (.gz may follow),",
          directory);
    }
    if (found.size() > 1) {
      throw new InputException(
          "Expected one training file in %s, found %s.".formatted(directory, found),
          "Say which one with train-file.",
          "data-ambiguous");
    }
    return found.get(0);
  }

  private static boolean isTraining(Path file) {
    String name = file.getFileName().toString();
    return (name.startsWith("train") || name.startsWith("commonsense_"))
        && ENDINGS.contains(DataFiles.extension(file));
  }

  /**
   * The test sets that the options name, or all that are there; none where they are not asked for.
   *
   * @throws InputException if a set is unknown, missing or malformed
   */
  public static List<Benchmark> benchmarks(TaskOptions options) {
    BenchmarkOptions asked = options.benchmark();
    if (asked.mode() == BenchmarkOptions.Mode.NONE) {
      return List.of();
    }
    asked.sets().forEach(Commonsense::requireKnown);
    List<Benchmark> found = new ArrayList<>();
    for (String set : asked.sets().isEmpty() ? sets() : asked.sets()) {
      Optional<Path> file = testFile(options.data(), set);
      if (file.isEmpty() && !asked.sets().isEmpty()) {
        throw missing(options.data(), set);
      }
      file.ifPresent(path -> found.add(read(set, path).limited(asked.limit())));
    }
    return found;
  }

  private static InputException missing(Path data, String set) {
    Path directory = data == null ? Path.of("") : data;
    Path tests = directory.resolve("test");
    return DataFiles.missing(
        "the test set %s (test/%s.jsonl, %s/test.json; .gz may follow)".formatted(set, set, set),
        Files.isDirectory(tests) ? tests : directory);
  }

  private static void requireKnown(String set) {
    if (!SETS.containsKey(set)) {
      throw new InputException(
          "Expected commonsense test sets of %s, found '%s'%s"
              .formatted(sets(), set, Suggestion.clause(set, sets())),
          "Name them as they are written there (--sets, task.benchmark.sets).",
          "commonsense-sets");
    }
  }

  private static Optional<Path> testFile(Path data, String set) {
    return data == null
        ? Optional.empty()
        : Stream.of("test/" + set, set + "/test", set)
            .flatMap(stem -> ENDINGS.stream().map(ending -> stem + "." + ending))
            .flatMap(name -> Stream.of(name, name + DataFiles.PACKED))
            .map(data::resolve)
            .filter(Files::isRegularFile)
            .findFirst();
  }

  private static Benchmark read(String set, Path file) {
    List<Benchmark.Question> questions = new ArrayList<>();
    PromptTemplate any = PromptTemplate.of("alpaca"); // it has a place for inputs
    RowFiles.read(file, row -> questions.add(question(set, row, InstructionRows.of(row, any))));
    return new Benchmark(set, questions);
  }

  private static Benchmark.Question question(String set, Row row, Instruction instruction) {
    List<String> listed = listed(instruction.instruction());
    List<String> known = SETS.get(set);
    String right = row.has("answer") ? row.get("answer").strip() : "";
    List<String> answers = known.containsAll(listed) && !listed.isEmpty() ? listed : known;
    if (!answers.contains(right) || !instruction.output().contains(right)) {
      throw new InputException(
          "Expected in %s an \"answer\" of %s that the output names too, found \"%s\" and the output \"%s\"."
              .formatted(row.where(), answers, right, instruction.output()),
          "Check that the file belongs to the set %s.".formatted(set),
          "commonsense-answer");
    }
    return new Benchmark.Question(instruction, answers, answers.indexOf(right));
  }

  /** What follows "Answer format:", parted by slashes. */
  private static List<String> listed(String instruction) {
    int at = instruction.lastIndexOf(FORMAT);
    return at < 0
        ? List.of()
        : Stream.of(instruction.substring(at + FORMAT.length()).split("/"))
            .map(String::strip)
            .toList();
  }
}
