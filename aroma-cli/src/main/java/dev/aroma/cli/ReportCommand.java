package dev.aroma.cli;

import dev.aroma.input.InputException;
import dev.aroma.recipe.StoredComparison;
import dev.aroma.report.RunDirectory;
import dev.aroma.report.page.RunPage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aroma report}: the page of a run or a comparison, made from its files. */
@Command(
    name = "report",
    description = {
      "Make report.html again, of a run (curves, ranks over time, merges, settings) or a comparison"
          + " (tables, scores, curves), from its files.",
      "Train and compare make it when they end; this also shows what goes on or was killed.",
      ""
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ReportCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The directory of a run or of a comparison.")
  private Path directory;

  @Option(
      names = "--output",
      paramLabel = "FILE.html",
      description = "Where the page goes; report.html in DIR if not given.")
  private Path output;

  private final Terminal terminal;

  ReportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Path file = StoredComparison.isIn(directory) ? comparison() : run();
    terminal.out().println(Commands.shown(file));
    terminal.flush();
    return CommandLine.ExitCode.OK;
  }

  private Path comparison() {
    return StoredComparison.writePage(directory, output);
  }

  private Path run() {
    if (!RunDirectory.holdsRun(directory) && Files.exists(directory.resolve("comparison.md"))) {
      throw new InputException(
          "Expected comparison.json in the directory of a comparison, found none: "
              + directory
              + ".",
          "An older Aroma wrote it. Run its compare command again: it makes report.html anew and"
              + " repeats no run that is done.",
          "run-files");
    }
    RunDirectory run = RunDirectory.open(directory);
    Path file = output == null ? run.report() : output;
    RunPage.write(run, file);
    return file;
  }
}
