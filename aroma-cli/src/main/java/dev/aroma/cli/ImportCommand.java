package dev.aroma.cli;

import dev.aroma.recipe.AdapterImport;
import dev.aroma.recipe.Config;
import dev.aroma.recipe.SavedLanguageModel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code aroma import}: a run of an adapter that was trained elsewhere. */
@Command(
    name = "import",
    description = {
      "Make a run of a PEFT adapter (LoRA, DoRA, AdaLoRA, VeRA, IA3, prompt, prefix and"
          + " p-tuning), for predict, generate, eval, merge, export, inspect, and train --adapter.",
      "",
      "The base model is the one that the adapter names, unless --model is given. What the outputs"
          + " of a classifier mean is told by --labels or --task, or stands in the base model's"
          + " config; a model that writes has none.",
      ""
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ImportCommand implements Callable<Integer> {
  private static final List<ShortForm> FORMS =
      List.of(
          ShortForm.MODEL,
          ShortForm.TASK,
          ShortForm.DATA,
          ShortForm.MAX_LENGTH,
          ShortForm.TEXT_COLUMN,
          ShortForm.PAIR_COLUMN,
          ShortForm.LABEL_COLUMN);

  @Parameters(paramLabel = "ADAPTER", description = "Directory with adapter_config.json.")
  private Path adapter;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Directory of the run; new or empty.")
  private Path output;

  @Option(
      names = "--labels",
      paramLabel = "NAME",
      split = ",",
      description = "Names of the classes in the order of the outputs, parted by commas.")
  private List<String> labels;

  @Spec private CommandSpec spec;
  private final Terminal terminal;
  private final List<String> words;

  private ImportCommand(Invocation invocation) {
    this.terminal = invocation.terminal();
    this.words = invocation.words();
  }

  /** The command with its short forms. */
  static CommandLine line(Invocation invocation) {
    CommandLine line = new CommandLine(new ImportCommand(invocation));
    ShortForm.addTo(line.getCommandSpec(), FORMS);
    return line;
  }

  @Override
  public Integer call() {
    ParseResult parsed = spec.commandLine().getParseResult();
    Config config = ShortForm.overlay(Config.empty(), parsed, FORMS);
    AdapterImport.Request request = new AdapterImport.Request(adapter, labels, config, output);
    AdapterImport.write(request, words, terminal.err()::println);
    terminal.out().println("Wrote the run " + Commands.shown(output) + ". Try:");
    terminal.out().println(use(Commands.word(output)));
    terminal.out().println("  ./aroma inspect " + Commands.word(output));
    terminal.flush();
    return CommandLine.ExitCode.OK;
  }

  private String use(String run) {
    return SavedLanguageModel.isFor(output)
        ? "  ./aroma generate --model " + run + " --prompt \"Some text\""
        : "  ./aroma predict --run " + run + " \"some text\"";
  }
}
