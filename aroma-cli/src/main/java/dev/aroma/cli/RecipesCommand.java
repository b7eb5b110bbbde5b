package dev.aroma.cli;

import dev.aroma.recipe.Recipes;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code aroma recipes}: what {@code train --config} knows by name. */
@Command(
    name = "recipes",
    description = {"List the recipes that train --config takes by name.", ""},
    mixinStandardHelpOptions = true)
final class RecipesCommand implements Callable<Integer> {
  private final Terminal terminal;

  RecipesCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Facts facts = new Facts();
    Recipes.shipped().forEach(name -> facts.add(name, Recipes.summary(name)));
    terminal.out().print(facts.text());
    terminal.flush();
    return CommandLine.ExitCode.OK;
  }
}
