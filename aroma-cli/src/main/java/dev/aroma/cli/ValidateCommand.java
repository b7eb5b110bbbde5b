package dev.aroma.cli;

import dev.aroma.input.InputException;
import dev.aroma.recipe.Comparison;
import dev.aroma.recipe.ComparisonConfig;
import dev.aroma.recipe.Config;
import dev.aroma.recipe.Plan;
import dev.aroma.recipe.Recipes;
import dev.aroma.recipe.RunOptions;
import dev.aroma.recipe.Validation;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code aroma validate}: whether a config would run, and what it would do. */
@Command(
    name = "validate",
    description = {
      "Check a config of train or compare without running it, and show what it would do.",
      "",
      "Everything that a run does before its first step is done: options, model, data, target"
          + " modules, lengths, schedule, disk. Nothing is written.",
      ""
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ValidateCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "CONFIG",
      description = "A YAML file, or the name of a recipe or comparison of ours.")
  private String config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any option by its path: see aroma config. May be repeated.")
  private List<String> settings = List.of();

  @Spec private CommandSpec spec;

  private final Terminal terminal;

  ValidateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (ComparisonConfig.isOne(config)) {
      Comparison comparison = comparison();
      terminal.out().println(comparison.cells().size() + " runs: " + comparison.title());
      comparison.notes().forEach(this::note);
      Validation.of(comparison)
          .forEach(
              (name, plan) -> {
                terminal.out().println("\n" + name);
                print(plan);
              });
    } else {
      print(Validation.of(options()));
    }
    terminal.out().println("\nNothing is wrong with " + config + ".");
    terminal.flush();
    return CommandLine.ExitCode.OK;
  }

  private RunOptions options() {
    try {
      return Recipes.bind(RunArguments.over(Recipes.with(Config.empty(), config), settings));
    } catch (InputException e) {
      throw Failures.wrongUsage(spec, e);
    }
  }

  private Comparison comparison() {
    try {
      return ComparisonConfig.of(config)
          .with(RunArguments.over(Config.empty(), settings))
          .resolve();
    } catch (InputException e) {
      throw Failures.wrongUsage(spec, e);
    }
  }

  private void print(Plan plan) {
    Facts facts = new Facts();
    facts.add("model", Facts.format("%s, %,d parameters", plan.model(), plan.parameters()));
    facts.add(
        "task",
        Facts.format("%s, %,d examples, %,d to judge on", plan.task(), plan.train(), plan.dev()));
    facts.add("method", Facts.format("%s, %d modules", plan.method(), plan.modules()));
    facts.add("trainable", Facts.format("%,d parameters at first", plan.trainable()));
    facts.add("steps", Facts.format("at most %,d", plan.steps()));
    facts.add("adapter", Facts.format("about %.2f MB", plan.adapterBytes() / 1e6));
    terminal.out().print(facts.text());
    plan.notes().forEach(this::note);
  }

  private void note(String text) {
    terminal.out().println("note: " + text);
  }
}
