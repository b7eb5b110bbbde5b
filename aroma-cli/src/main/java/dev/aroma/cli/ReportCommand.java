package dev.aroma.cli;

import dev.aroma.input.InputException;
import dev.aroma.report.RunDirectory;
import dev.aroma.report.page.RunPage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aroma report}: the page of a run, made from its files. */
@Command(
    name = "report",
    description = {
      "Make report.html of a run again, from its files: curves, ranks over time, merges, settings.",
      "Train makes it when a run ends; this also shows a run that goes on or was killed.",
      ""
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ReportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "RUN", description = "The directory of a run.")
  private Path directory;

  @Option(
      names = "--output",
      paramLabel = "FILE.html",
      description = "Where the page goes; report.html of the run if not given.")
  private Path output;

  private final Terminal terminal;

  ReportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (!RunDirectory.holdsRun(directory) && Files.exists(directory.resolve("comparison.md"))) {
      throw new InputException(
          "Expected the directory of a run, found a comparison: " + directory + ".",
          "Give one of its cells/, or run its compare command again: it makes the comparison's"
              + " report.html anew and repeats no run that is done.",
          "run-files");
    }
    RunDirectory run = RunDirectory.open(directory);
    Path file = output == null ? run.report() : output;
    RunPage.write(run, file);
    terminal.out().println(Commands.shown(file));
    terminal.flush();
    return CommandLine.ExitCode.OK;
  }
}
