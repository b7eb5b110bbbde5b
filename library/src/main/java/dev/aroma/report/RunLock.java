package dev.aroma.report;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a run to one process at a time. The system gives it back when a process dies, however it
 * dies; where the file system has no locks, nothing is kept.
 */
public final class RunLock implements AutoCloseable {
  private static final String NAME = ".lock";

  private final Path file;
  private final FileChannel channel;

  private RunLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock of a run.
   *
   * @throws InputException if another process, or this one, is at work on it
   */
  public static RunLock take(RunDirectory run) {
    Path file = run.path().resolve(NAME);
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        channel.close();
        throw new InputException(
            "another process is at work on the run in %s".formatted(run.path()),
            "Wait for it or stop it; nothing was changed.",
            "run-in-use");
      }
      return new RunLock(file, channel);
    } catch (IOException e) {
      throw RunFiles.cannotWrite(file, e);
    }
  }

  /** Whether a file is a lock; one that a killed process left means nothing. */
  static boolean is(Path file) {
    return file.endsWith(NAME);
  }

  private static boolean locked(FileChannel channel) {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) {
      return true; // no locks here: better without than not at all
    }
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(file); // while it is ours
      channel.close();
    } catch (IOException e) {
      // It harms nobody: the lock goes with the process.
      return;
    }
  }
}
