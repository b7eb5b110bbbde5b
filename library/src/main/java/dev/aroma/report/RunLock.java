package dev.aroma.report;

import dev.aroma.input.InputException;
import dev.aroma.io.ProcessLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keeps a run to one process at a time, as far as {@link ProcessLock} can. */
public final class RunLock implements AutoCloseable {
  private static final String NAME = ".lock";

  private final Path file;
  private final ProcessLock lock;

  private RunLock(Path file, ProcessLock lock) {
    this.file = file;
    this.lock = lock;
  }

  /**
   * Takes the lock of a run.
   *
   * @throws InputException if another process, or this one, is at work on it
   */
  public static RunLock take(RunDirectory run) {
    Path file = run.path().resolve(NAME);
    try {
      return new RunLock(file, ProcessLock.take(file).orElseThrow(() -> inUse(run)));
    } catch (IOException e) {
      throw RunFiles.cannotWrite(file, e);
    }
  }

  private static InputException inUse(RunDirectory run) {
    return new InputException(
        "another process is at work on the run in %s".formatted(run.path()),
        "Wait for it or stop it; nothing was changed.",
        "run-in-use");
  }

  /** Whether a file is a lock; one that a killed process left means nothing. */
  static boolean is(Path file) {
    return file.endsWith(NAME);
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(file); // while it is ours
      lock.close();
    } catch (IOException e) {
      // It harms nobody: the lock goes with the process.
      return;
    }
  }
}
