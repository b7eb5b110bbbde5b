package dev.aroma.cli;

import dev.aroma.input.InputException;
import dev.aroma.recipe.Config;
import dev.aroma.recipe.FineTuned;
import dev.aroma.recipe.FineTuning;
import dev.aroma.recipe.Recipes;
import dev.aroma.recipe.Resumption;
import dev.aroma.recipe.RunOptions;
import dev.aroma.recipe.Watch;
import dev.aroma.report.Progress;
import dev.aroma.report.RunDirectory;
import dev.aroma.report.Stopped;
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
      names = "--resume",
      paramLabel = "RUN",
      description =
          "Let a run that was cut off go on from its newest checkpoint, to the same end as if it"
              + " had never stopped. Options are the run's own; others are refused.")
  private Path resume;

  @Mixin private RunArguments arguments;

  @Spec private CommandSpec spec;

  private final Terminal terminal;
  private final Interruption interruption;
  private final List<String> words;

  private TrainCommand(Invocation invocation) {
    this.terminal = invocation.terminal();
    this.interruption = invocation.interruption();
    this.words = invocation.words();
  }

  /** The command with its short forms. */
  static CommandLine line(Invocation invocation) {
    CommandLine line = new CommandLine(new TrainCommand(invocation));
    ShortForm.addTo(line.getCommandSpec(), List.of(ShortForm.values()));
    return line;
  }

  @Override
  public Integer call() {
    if (resume != null) {
      return resume();
    }
    RunOptions asked = options();
    try (Progress progress = Progress.to(terminal.err(), arguments.quiet());
        NewRun run = NewRun.reserve(asked)) {
      TrainView view = new TrainView(progress);
      view.begin(run.options());
      Watch watch = new Watch(view::message, List.of(interruption, view), interruption::requested);
      FineTuned tuned = FineTuning.run(run.options(), words, watch);
      progress.close();
      return end(tuned, run.options());
    }
  }

  private int resume() {
    Resumption resumption = Resumption.of(resume);
    requireSame(resumption);
    try (Progress progress = Progress.to(terminal.err(), arguments.quiet())) {
      TrainView view = new TrainView(progress);
      view.begin(resumption.options());
      Watch watch = new Watch(view::message, List.of(interruption, view), interruption::requested);
      FineTuned tuned = FineTuning.resume(resume, words, watch);
      progress.close();
      return end(tuned, resumption.options());
    }
  }

  private void requireSame(Resumption resumption) {
    try {
      Config own = resumption.config();
      resumption.requireSame(overlaid(config == null ? own : Recipes.with(own, config)));
    } catch (InputException e) {
      throw Failures.wrongUsage(spec, e);
    }
  }

  private int end(FineTuned tuned, RunOptions options) {
    TrainSummary summary = new TrainSummary(tuned, options);
    if (!arguments.quiet()) {
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
    if (!arguments.quiet()) {
      terminal.err().println();
      terminal.err().print(summary.next());
    }
    return stopped ? INTERRUPTED : CommandLine.ExitCode.OK;
  }

  private RunOptions options() {
    try {
      return overlaid(base(spec.commandLine().getParseResult()));
    } catch (InputException e) {
      throw Failures.wrongUsage(spec, e);
    }
  }

  private RunOptions overlaid(Config below) {
    return Recipes.bind(
        arguments.over(ShortForm.overlay(below, spec.commandLine().getParseResult())));
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
