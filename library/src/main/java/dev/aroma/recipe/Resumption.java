package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.io.Digests;
import dev.aroma.report.RunDirectory;
import dev.aroma.report.Stopped;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A run that was cut off and can go on: what it was asked for.
 *
 * @param directory of the run
 * @param options of the run, with that directory as output
 */
public record Resumption(RunDirectory directory, RunOptions options) {
  /**
   * Looks at a run.
   *
   * @throws InputException if there is none, it is over, or its config was edited
   */
  public static Resumption of(Path run) {
    Path path = run.toAbsolutePath().normalize();
    RunDirectory directory = RunDirectory.open(path);
    requireUnfinished(directory);
    if (directory.hasManifest()
        && !directory
            .readManifest()
            .configSha256()
            .equals(Digests.sha256(directory.readConfig()))) {
      throw new InputException(
          path.resolve("config.yaml") + " is not what the run began with",
          "A run goes on with the options that it has. Undo the edit, or begin a new run:"
              + " ./aroma train --config %s --output DIR".formatted(path.resolve("config.yaml")),
          "resume-options");
    }
    return new Resumption(directory, bind(path, Recipes.config(directory)).withOutput(path));
  }

  private static RunOptions bind(Path run, Config config) {
    try {
      return Recipes.bind(config);
    } catch (InputException e) {
      throw new InputException(
          "the options of the run in %s do not fit this version of Aroma".formatted(run),
          "Go on with the version that began it, or begin a new run.",
          "resume-options",
          e);
    }
  }

  private static void requireUnfinished(RunDirectory directory) {
    if (!directory.hasResult()) {
      return;
    }
    Stopped stopped = directory.readResult().stopped();
    if (stopped != Stopped.INTERRUPTED) {
      throw new InputException(
          "the run in %s is over (%s): there is nothing to go on with"
              .formatted(directory.path(), stopped.word()),
          "Its learning rate was planned for its steps. To train longer, begin a new run with"
              + " more: ./aroma train --config %s --max-steps N --output DIR"
                  .formatted(directory.path().resolve("config.yaml")),
          "resume-finished");
    }
  }

  /** What was asked of the run, for other options to be laid over. */
  public Config config() {
    return Recipes.config(directory).with("output", directory.path().toString(), "--resume");
  }

  /**
   * Refuses options that are not the run's own.
   *
   * @throws InputException with every one that differs
   */
  public void requireSame(RunOptions asked) {
    Map<String, String> own = Recipes.flat(options);
    Map<String, String> other = Recipes.flat(asked);
    Set<String> keys = new LinkedHashSet<>(own.keySet());
    keys.addAll(other.keySet());
    StringBuilder differing = new StringBuilder();
    for (String key : keys) {
      String has = own.getOrDefault(key, "nothing");
      String wants = other.getOrDefault(key, "nothing");
      if (!has.equals(wants)) {
        differing.append("\n  %s: the run has %s, asked for %s".formatted(key, has, wants));
      }
    }
    if (!differing.isEmpty()) {
      throw new InputException(
          "a run goes on with the options that it has:" + differing,
          "Leave these out, or begin a new run with them.",
          "resume-options");
    }
  }
}
