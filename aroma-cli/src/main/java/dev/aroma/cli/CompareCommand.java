package dev.aroma.cli;

import dev.aroma.input.InputException;
import dev.aroma.recipe.CellRunner;
import dev.aroma.recipe.ChildProcess;
import dev.aroma.recipe.Comparison;
import dev.aroma.recipe.ComparisonConfig;
import dev.aroma.recipe.ComparisonRun;
import dev.aroma.recipe.Config;
import dev.aroma.recipe.InProcess;
import dev.aroma.recipe.Recipes;
import dev.aroma.report.ComparisonReport;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code aroma compare}: methods × seeds × tasks to one table. */
@Command(
    name = "compare",
    description = {
      "Run methods with several seeds under one budget, and write one table and picture.",
      "",
      "Each method × seed × task is an ordinary run in a process of its own. The same command again"
          + " goes on where it was stopped: what is done is not run again."
          + " Without --config, --model, --task and --data it runs on the embedded model and task."
          + " --lr \"[2e-4, 5e-4, 1e-3]\" tries each rate with every method and shows the best.",
      ""
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class CompareCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      paramLabel = "FILE|NAME",
      description = "A comparison file, or one of ours: paper-table-2, -3, -4 or -5.")
  private String config;

  @Option(
      names = "--paper-table",
      paramLabel = "N",
      description = "Table 2, 3, 4 or 5 of the AROMA paper; short for --config paper-table-N.")
  private String paperTable;

  @Option(
      names = "--methods",
      paramLabel = "LIST",
      description = "Such as aroma,lora:r=8,lr=4e-4: a method's own options after a colon.")
  private String methods;

  @Option(
      names = {"--tasks", "--task"},
      paramLabel = "LIST",
      description = "Tasks by name, parted by commas.")
  private String tasks;

  @Option(names = "--seeds", paramLabel = "LIST", description = "Such as 0,1,2; 0 if not given.")
  private String seeds;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Directory of the comparison; one under runs/ named for it if not given.")
  private Path output;

  @Option(
      names = "--one-process",
      description = "Run all in this process: starts faster, but memory is not each run's own.")
  private boolean oneProcess;

  @Mixin private RunArguments arguments;

  @Spec private CommandSpec spec;

  private final Terminal terminal;
  private final Interruption interruption;
  private final List<String> words;

  private CompareCommand(Invocation invocation) {
    this.terminal = invocation.terminal();
    this.interruption = invocation.interruption();
    this.words = invocation.words();
  }

  /** The command with its short forms. */
  static CommandLine line(Invocation invocation) {
    CommandLine line = new CommandLine(new CompareCommand(invocation));
    ShortForm.addTo(line.getCommandSpec(), ShortForm.COMMON);
    return line;
  }

  @Override
  public Integer call() {
    Comparison comparison = comparison();
    Path directory = output == null ? Path.of("runs", comparison.directoryName()) : output;
    CompareView view = new CompareView(terminal, arguments.quiet());
    view.message("comparison  " + Commands.shown(directory));
    interruption.begun(); // finished cells, and the one that runs
    CellRunner runner =
        oneProcess ? new InProcess() : new ChildProcess(ChildJvm.command(CellCommand.NAME));
    ComparisonRun.Outcome outcome =
        ComparisonRun.run(
            comparison,
            directory.toAbsolutePath().normalize(),
            runner,
            words,
            new ComparisonRun.Observer(view::message, view::progress, interruption::requested));
    view.clear();
    return end(outcome);
  }

  private int end(ComparisonRun.Outcome outcome) {
    ComparisonReport report = outcome.report();
    terminal.out().print(report.text());
    terminal.flush();
    if (!arguments.quiet()) {
      String shown = Commands.shown(outcome.directory());
      terminal
          .err()
          .println(
              "\nIn "
                  + shown
                  + ": report.html, comparison.md, .csv, .png, .svg, cells.csv, cells/");
    }
    if (outcome.missing() > 0) {
      terminal
          .err()
          .println(
              "Stopped with %d cells to go; the same command goes on."
                  .formatted(outcome.missing()));
      return TrainCommand.INTERRUPTED;
    }
    return outcome.failed() > 0 ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
  }

  private Comparison comparison() {
    try {
      ParseResult parsed = spec.commandLine().getParseResult();
      Config common = arguments.over(ShortForm.overlay(Config.empty(), parsed, ShortForm.COMMON));
      ComparisonConfig all = base(parsed).with(common);
      all = methods == null ? all : all.with("methods", methods);
      all = tasks == null ? all : all.with("tasks", tasks);
      all = seeds == null ? all : all.with("seeds", seeds);
      return all.resolve();
    } catch (InputException e) {
      throw Failures.wrongUsage(spec, e);
    }
  }

  private ComparisonConfig base(ParseResult parsed) {
    if (config != null && paperTable != null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--config and --paper-table exclude each other.");
    }
    if (config != null || paperTable != null) {
      return ComparisonConfig.of(config != null ? config : "paper-table-" + paperTable);
    }
    boolean data = ShortForm.DATA.in(parsed).isPresent();
    if (data && tasks == null) {
      return ComparisonConfig.of(Config.empty().with("task.name", "text", "--data without --task"));
    }
    boolean nothing = !data && tasks == null && ShortForm.MODEL.in(parsed).isEmpty();
    return ComparisonConfig.of(
        nothing ? Recipes.with(Config.empty(), Recipes.QUICKSTART) : Config.empty());
  }
}
