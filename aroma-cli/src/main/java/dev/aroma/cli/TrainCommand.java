package dev.aroma.cli;

import dev.aroma.input.InputException;
import dev.aroma.recipe.Config;
import dev.aroma.recipe.FineTuned;
import dev.aroma.recipe.FineTuning;
import dev.aroma.recipe.Recipes;
import dev.aroma.recipe.RunOptions;
import dev.aroma.recipe.Watch;
import dev.aroma.report.Progress;
import dev.aroma.report.RunDirectory;
import dev.aroma.report.Stopped;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code aroma train}: options to a run, told as it goes. */
@Command(
    name = "train",
    description = {
      "Fine-tune a model and write a run: adapter, scores, ranks.",
      "",
      "Without --config, --model, --task and --data it is the recipe quickstart: the embedded"
          + " model and task. --data without --task reads files of your own (task text)."
          + " Later ones win: the config, then the short forms below, then --set."
          + " --adapter with a run takes model and task from it."
          + " --method with another method than the config's drops that one's options.",
      ""
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class TrainCommand implements Callable<Integer> {
  static final int INTERRUPTED = 130; // as a shell says of a command that SIGINT ended

  @Option(
      names = "--config",
      paramLabel = "FILE|NAME",
      description = "A YAML file of options, or a recipe: see aroma recipes.")
  private String config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any option by its path: see aroma config. May be repeated.")
  private List<String> settings = List.of();

  @Option(names = "--quiet", description = "Print the result, nothing else.")
  private boolean quiet;

  @Spec private CommandSpec spec;

  private final Terminal terminal;
  private final Interruption interruption;
  private final List<String> words;

  private TrainCommand(Terminal terminal, Interruption interruption, List<String> words) {
    this.terminal = terminal;
    this.interruption = interruption;
    this.words = words;
  }

  /**
   * The command with its short forms.
   *
   * @param args of the whole command line, for the run's manifest
   */
  static CommandLine line(Terminal terminal, Interruption interruption, String... args) {
    List<String> words = new ArrayList<>(List.of("aroma"));
    words.addAll(List.of(args));
    CommandLine line = new CommandLine(new TrainCommand(terminal, interruption, words));
    ShortForm.addTo(line.getCommandSpec(), List.of(ShortForm.values()));
    return line;
  }

  @Override
  public Integer call() {
    RunOptions asked = options();
    try (Progress progress = Progress.to(terminal.err(), quiet);
        NewRun run = NewRun.reserve(asked)) {
      TrainView view = new TrainView(progress);
      view.begin(run.options());
      Watch watch = new Watch(view::message, List.of(interruption, view), interruption::requested);
      FineTuned tuned = FineTuning.run(run.options(), words, watch);
      progress.close();
      return end(tuned, run.options());
    }
  }

  private int end(FineTuned tuned, RunOptions options) {
    TrainSummary summary = new TrainSummary(tuned, options);
    if (!quiet) {
      terminal.err().println();
      terminal.err().print(summary.grid(terminal.unicode(), terminal.errColour()));
      terminal.err().println();
    }
    terminal.out().print(summary.result());
    terminal.flush();
    boolean stopped = tuned.result().stopped() == Stopped.INTERRUPTED;
    if (stopped) {
      terminal.err().println(summary.interrupted());
    }
    if (!quiet) {
      terminal.err().println();
      terminal.err().print(summary.next());
    }
    return stopped ? INTERRUPTED : CommandLine.ExitCode.OK;
  }

  private RunOptions options() {
    try {
      ParseResult parsed = spec.commandLine().getParseResult();
      Config all = ShortForm.overlay(base(parsed), parsed);
      for (String setting : settings) {
        all = all.withSet(setting);
      }
      return Recipes.bind(all);
    } catch (InputException e) {
      throw Failures.wrongUsage(spec, e);
    }
  }

  private Config base(ParseResult parsed) {
    boolean task = ShortForm.TASK.in(parsed).isPresent();
    boolean data = ShortForm.DATA.in(parsed).isPresent();
    Config below =
        data && !task
            ? Config.empty().with("task.name", "text", "--data without --task")
            : Config.empty();
    Path adapter = ShortForm.ADAPTER.in(parsed).map(Path::of).orElse(null);
    if (adapter != null && RunDirectory.holdsRun(adapter)) {
      below = below.with(Recipes.modelAndTask(adapter));
    }
    if (config != null) {
      return Recipes.with(below, config);
    }
    boolean nothing = !task && !data && adapter == null && ShortForm.MODEL.in(parsed).isEmpty();
    return nothing ? Recipes.with(below, Recipes.QUICKSTART) : below;
  }
}
