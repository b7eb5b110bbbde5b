package dev.aroma.cli;

import dev.aroma.data.RowFiles;
import dev.aroma.data.RowFormat;
import dev.aroma.recipe.RunOptions;
import dev.aroma.recipe.SavedClassifier;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code aroma predict}: texts in, a JSON object a text out. */
@Command(
    name = "predict",
    description = {
      "Classify texts with a run or a merged model; prints one JSON object a text.",
      "Empty texts get no line; how many there were is told at the end.",
      ""
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class PredictCommand implements Callable<Integer> {
  private static final String STANDARD_INPUT = "-";

  @Option(
      names = "--run",
      required = true,
      paramLabel = "DIR",
      description = "Of aroma train, or of aroma merge.")
  private Path run;

  @Parameters(paramLabel = "TEXT", arity = "0..*", description = "Texts; or give --input.")
  private List<String> texts = List.of();

  @Option(
      names = "--pair",
      paramLabel = "TEXT",
      description = "The second text of a pair: the n-th --pair belongs to the n-th text.")
  private List<String> pairs = List.of();

  @Option(
      names = "--input",
      paramLabel = "FILE|-",
      description = "A file of texts: .txt (one a line), .tsv, .csv, .jsonl; - is standard input.")
  private String input;

  @Option(
      names = "--format",
      paramLabel = "NAME",
      description = "Of the input: ${COMPLETION-CANDIDATES}; by the file's name, or TEXT for -.")
  private RowFormat format;

  @Option(
      names = "--text-column",
      paramLabel = "NAME",
      description = "Of the input; the run's, or text.")
  private String textColumn;

  @Option(
      names = "--pair-column",
      paramLabel = "NAME",
      description = "Of the input's second texts; the run's, or none.")
  private String pairColumn;

  @Mixin private EngineArguments engine;
  @Spec private CommandSpec spec;
  private final Terminal terminal;

  PredictCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    checkUsage();
    try (SavedClassifier saved = SavedClassifier.load(run, engine.overAuto())) {
      Predictions predictions = new Predictions(saved, terminal);
      if (input == null) {
        for (int i = 0; i < texts.size(); i++) {
          predictions.add(texts.get(i), pairs.isEmpty() ? null : pairs.get(i), "text " + (i + 1));
        }
      } else {
        read(columns(saved), predictions);
      }
      predictions.end();
    }
    return CommandLine.ExitCode.OK;
  }

  private void checkUsage() {
    if (texts.isEmpty() == (input == null)) {
      throw wrong("Expected texts or --input, found " + (input == null ? "neither." : "both."));
    }
    if (!pairs.isEmpty() && pairs.size() != texts.size()) {
      throw wrong(
          "Expected a --pair for each text, found %d for %d."
              .formatted(pairs.size(), texts.size()));
    }
    if (texts.stream().anyMatch(text -> text.indexOf('\uFFFD') >= 0)) {
      throw wrong(
          "The texts did not arrive whole: the locale knows no such letters."
              + " Set LC_ALL=C.UTF-8, or give them by --input.");
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private Columns columns(SavedClassifier saved) {
    boolean plain = format() == RowFormat.TEXT;
    String text = plain ? null : saved.options().map(o -> o.task().textColumn()).orElse(null);
    String pair = plain ? null : saved.options().map(PredictCommand::pairColumn).orElse(null);
    return new Columns(
        textColumn == null ? text : textColumn, pairColumn == null ? pair : pairColumn);
  }

  private static String pairColumn(RunOptions options) {
    return options.task().pairColumn();
  }

  private RowFormat format() {
    if (format != null) {
      return format;
    }
    return input.equals(STANDARD_INPUT) ? RowFormat.TEXT : RowFormat.of(Path.of(input));
  }

  private void read(Columns columns, Predictions predictions) {
    if (input.equals(STANDARD_INPUT)) {
      RowFiles.read(
          terminal.in(), "standard input", format(), row -> columns.addTo(predictions, row));
    } else {
      RowFiles.read(Path.of(input), format(), row -> columns.addTo(predictions, row));
    }
  }
}
