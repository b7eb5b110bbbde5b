package dev.aroma.cli;

import dev.aroma.recipe.Recipes;
import dev.aroma.recipe.Reproduction;
import dev.aroma.recipe.RunOptions;
import dev.aroma.recipe.Watch;
import dev.aroma.report.Progress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aroma reproduce}: a run again, and whether the same comes out. */
@Command(
    name = "reproduce",
    description = {
      "Run a finished run again and tell whether the result is the same.",
      "",
      "Its model and data must be what they were. Scores, ranks and every trained number are"
          + " compared bit for bit; on the CPU of the same machine they agree."
          + " Exit code 0: the same, 1: not.",
      ""
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ReproduceCommand implements Callable<Integer> {
  private static final int SHOWN = 10;

  @Parameters(paramLabel = "RUN", description = "The directory of a run.")
  private Path directory;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Directory of the second run; a new one under runs/ if not given.")
  private Path output;

  @Option(names = "--quiet", description = "Print the verdict, nothing else.")
  private boolean quiet;

  private final Terminal terminal;
  private final Interruption interruption;

  ReproduceCommand(Terminal terminal, Interruption interruption) {
    this.terminal = terminal;
    this.interruption = interruption;
  }

  @Override
  public Integer call() {
    Reproduction reproduction = Reproduction.of(directory);
    RunOptions asked = Recipes.withOutput(reproduction.options(), output);
    try (Progress progress = Progress.to(terminal.err(), quiet);
        NewRun run = NewRun.reserve(asked)) {
      TrainView view = new TrainView(progress);
      view.begin(run.options());
      Watch watch = new Watch(view::message, List.of(interruption, view), interruption::requested);
      List<String> words = List.of("aroma", "reproduce", directory.toString());
      Reproduction.Outcome outcome = reproduction.run(run.options().output(), words, watch);
      progress.close();
      return end(outcome);
    }
  }

  private int end(Reproduction.Outcome outcome) {
    Facts facts = new Facts();
    facts.add("run", Commands.shown(directory));
    facts.add("again", Commands.shown(outcome.directory()));
    String metric = outcome.before().metric();
    facts.add(
        metric, Facts.format("%.4f, then %.4f", outcome.before().score(), outcome.after().score()));
    facts.add(
        "result",
        outcome.same() ? "the same, bit for bit" : outcome.differences().size() + " differences");
    terminal.out().print(facts.text());
    outcome.differences().stream().limit(SHOWN).forEach(this::line);
    if (outcome.differences().size() > SHOWN) {
      line("and %d more".formatted(outcome.differences().size() - SHOWN));
    }
    if (!outcome.circumstances().isEmpty()) {
      terminal.out().println("Not as it was then:");
      outcome.circumstances().forEach(this::line);
    }
    terminal.flush();
    return outcome.same() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private void line(String text) {
    terminal.out().println("  " + text);
  }
}
