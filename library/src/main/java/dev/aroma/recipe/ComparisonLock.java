package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.io.AtomicFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** Holds the directory of a comparison for one process; its file marks the directory as ours. */
final class ComparisonLock implements AutoCloseable {
  private static final String FILE = "comparison.lock";

  private final Path directory;
  private final FileChannel channel;

  private ComparisonLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
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
      FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      return new ComparisonLock(directory, locked(channel, directory));
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

  private static FileChannel locked(FileChannel channel, Path directory) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      channel.close();
      throw new InputException(
          "Another process is at work on the comparison in %s.".formatted(directory),
          "Wait for it, or give --output another directory.",
          "compare-locked");
    }
    return channel;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(directory, e);
    }
  }
}
