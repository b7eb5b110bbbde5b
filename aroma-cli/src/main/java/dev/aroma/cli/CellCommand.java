package dev.aroma.cli;

import dev.aroma.recipe.CellRun;
import dev.aroma.recipe.ChildProcess;
import dev.aroma.recipe.Config;
import dev.aroma.recipe.FineTuned;
import dev.aroma.recipe.Recipes;
import dev.aroma.recipe.RunOptions;
import dev.aroma.recipe.Watch;
import dev.aroma.report.Progress;
import dev.aroma.report.Stopped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** One cell of a comparison, in a process that {@code compare} starts. */
@Command(name = CellCommand.NAME, hidden = true, description = "For compare's own use.")
final class CellCommand implements Callable<Integer> {
  static final String NAME = "compare-cell";

  @Parameters(index = "0", paramLabel = "CONFIG")
  private Path config;

  @Parameters(index = "1", paramLabel = "OUTPUT")
  private Path output;

  private final Terminal terminal;
  private final Interruption interruption;

  CellCommand(Terminal terminal, Interruption interruption) {
    this.terminal = terminal;
    this.interruption = interruption;
  }

  @Override
  public Integer call() {
    stopWhenInputEnds();
    RunOptions options =
        Recipes.bind(
            Config.empty().withFile(config).with("output", output.toString(), "the comparison"));
    try (Progress progress = Progress.to(terminal.err(), false)) {
      TrainView view = new TrainView(progress);
      view.begin(options);
      List<String> words = List.of("aroma", NAME, config.toString(), output.toString());
      Watch watch = new Watch(view::message, List.of(interruption, view), interruption::requested);
      FineTuned tuned = CellRun.run(options, words, watch);
      boolean stopped = tuned.result().stopped() == Stopped.INTERRUPTED;
      return stopped ? ChildProcess.STOPPED : CommandLine.ExitCode.OK;
    }
  }

  /** The other end is held by compare: it closes it to stop us, and so does its death. */
  private void stopWhenInputEnds() {
    Thread thread = new Thread(this::awaitEnd, "aroma-parent");
    thread.setDaemon(true);
    thread.start();
  }

  private void awaitEnd() {
    try {
      while (terminal.in().read() >= 0) {
        // nothing is ever written to it
      }
    } catch (IOException e) {
      // as good as its end
    }
    interruption.request();
  }
}
