package dev.aroma.cli;

import dev.aroma.recipe.Config;
import java.util.List;
import picocli.CommandLine.Option;

/** What every command that trains takes. */
final class RunArguments {
  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any option of a run by its path: see aroma config. May be repeated.")
  private List<String> settings = List.of();

  @Option(names = "--quiet", description = "Print the result, nothing else.")
  private boolean quiet;

  /** Whether to print the result alone. */
  boolean quiet() {
    return quiet;
  }

  /** Lays what was set over a config. */
  Config over(Config config) {
    return over(config, settings);
  }

  /**
   * Lays settings over a config.
   *
   * @param settings each {@code KEY=VALUE}
   */
  static Config over(Config config, List<String> settings) {
    Config all = config;
    for (String setting : settings) {
      all = all.withSet(setting);
    }
    return all;
  }
}
