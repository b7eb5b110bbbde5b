package dev.aroma.cli;

import dev.aroma.recipe.Recipes;
import dev.aroma.recipe.Reference;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code aroma config}: every option that a config file or {@code --set} may have. */
@Command(
    name = "config",
    description = {"List all options of a config with default, allowed values and help.", ""},
    mixinStandardHelpOptions = true)
final class ConfigCommand implements Callable<Integer> {
  @Option(names = "--markdown", description = "As tables in Markdown.")
  private boolean markdown;

  private final Terminal terminal;

  ConfigCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Reference reference = Recipes.reference();
    terminal.out().print(markdown ? reference.markdown() : reference.plain());
    terminal.flush();
    return CommandLine.ExitCode.OK;
  }
}
