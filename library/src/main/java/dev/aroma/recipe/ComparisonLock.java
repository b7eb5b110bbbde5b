package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.io.AtomicFile;
import dev.aroma.io.ProcessLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Holds the directory of a comparison for one process; its file marks the directory as ours. */
final class ComparisonLock implements AutoCloseable {
  private static final String FILE = "comparison.lock";

  private final Path directory;
  private final ProcessLock lock;

  private ComparisonLock(Path directory, ProcessLock lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Takes a directory, which is made where it is not there.
   *
   * @throws InputException if it holds something else, or another process is at work in it
   */
  static ComparisonLock take(Path directory) {
    Path lock = directory.resolve(FILE);
    try {
      if (!Files.exists(lock) && Files.exists(directory) && !isEmpty(directory)) {
        throw new InputException(
            "Expected a new or empty directory, or one of a comparison, found other files in %s."
                .formatted(directory),
            "Give --output another directory.",
            "compare-output");
      }
      Files.createDirectories(directory);
      return new ComparisonLock(
          directory, ProcessLock.take(lock).orElseThrow(() -> inUse(directory)));
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(directory, e);
    }
  }

  /** Whether it is a directory with nothing in it. */
  static boolean isEmpty(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isEmpty();
    }
  }

  private static InputException inUse(Path directory) {
    return new InputException(
        "Another process is at work on the comparison in %s.".formatted(directory),
        "Wait for it, or give --output another directory.",
        "compare-locked");
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(directory, e);
    }
  }
}
