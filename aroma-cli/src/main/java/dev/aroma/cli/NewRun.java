package dev.aroma.cli;

import dev.aroma.recipe.Recipes;
import dev.aroma.recipe.RunOptions;
import dev.aroma.report.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;

/**
 * The directory of a run that begins: chosen before it starts, so that it can be told, and taken
 * away again where the run fails before it has written anything.
 */
final class NewRun implements AutoCloseable {
  private final RunOptions options;
  private final boolean ours;

  private NewRun(RunOptions options, boolean ours) {
    this.options = options;
    this.ours = ours;
  }

  /** Makes a directory under {@code runs/} where the options name none. */
  static NewRun reserve(RunOptions o) {
    if (o.output() != null) {
      return new NewRun(o, false);
    }
    Path path =
        RunDirectory.create(
                Path.of("runs").toAbsolutePath(),
                o.task().name(),
                Recipes.methodName(o),
                LocalDateTime.now(ZoneId.systemDefault()))
            .path();
    return new NewRun(o.withOutput(path), true);
  }

  /** The options, with an output directory. */
  RunOptions options() {
    return options;
  }

  @Override
  public void close() {
    try {
      if (ours && Files.isDirectory(options.output()) && isEmpty(options.output())) {
        Files.delete(options.output());
      }
    } catch (IOException e) {
      // An empty directory that stays harms nobody, and the failure itself is being told.
      return;
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.findAny().isEmpty();
    }
  }
}
