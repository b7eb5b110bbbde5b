package dev.aroma.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * A file that one process holds at a time. The system gives it back when the process dies, however
 * it dies; where the file system has no locks, every process gets it.
 */
public final class ProcessLock implements AutoCloseable {
  private static final int ATTEMPTS = 10; // where files have no keys, the last counts

  private final FileChannel channel;

  private ProcessLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock of a file, which is made if it is not there and stays when the lock is closed. A
   * holder may delete it before.
   *
   * @return nothing if another process holds it, or this one does
   * @throws IOException if the file cannot be opened
   */
  public static Optional<ProcessLock> take(Path file) throws IOException {
    return take(file, () -> {});
  }

  /** {@link #take(Path)}, and something that is done whenever the file was opened. */
  static Optional<ProcessLock> take(Path file, Runnable opened) throws IOException {
    for (int i = 1; ; i++) {
      Object before = key(file);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      opened.run();
      if (!locked(channel)) {
        channel.close();
        return Optional.empty();
      }
      if (i == ATTEMPTS || (before != null && before.equals(key(file)))) {
        return Optional.of(new ProcessLock(channel));
      }
      channel.close(); // what was opened just before its holder deleted it is nobody's lock
    }
  }

  /**
   * What tells the file of this name from others, as long as somebody has it open; null if none.
   */
  private static Object key(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static boolean locked(FileChannel channel) {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) {
      return true; // no locks here: better without than not at all
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
