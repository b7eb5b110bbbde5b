package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.io.AdapterFiles;
import dev.aroma.report.RunDirectory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds adapters on disk. */
public final class Adapters {
  private Adapters() {}

  /**
   * The adapter of a run, or the directory itself where it holds one.
   *
   * @throws InputException if there is none
   */
  public static Path in(Path directory) {
    if (AdapterFiles.isIn(directory)) {
      return directory;
    }
    if (RunDirectory.holdsRun(directory)) {
      return of(RunDirectory.open(directory));
    }
    throw new InputException(
        "Expected a run, or an adapter (adapter_config.json), found %s: %s."
            .formatted(Files.isDirectory(directory) ? "neither" : "no such directory", directory),
        "Point at the directory that adapter_config.json lies in, or at a run of aroma train.",
        "not-an-adapter");
  }

  /** The adapter of a run. */
  static Path of(RunDirectory run) {
    if (!Files.isDirectory(run.adapter())) {
      throw new InputException(
          "Expected a run with what it trained in adapter/, found none: %s.".formatted(run.path()),
          "The run ended before it could save anything, or goes on; train again, or wait.",
          "run-without-adapter");
    }
    return run.adapter();
  }
}
