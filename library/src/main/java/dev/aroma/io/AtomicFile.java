package dev.aroma.io;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Files that are there whole or not at all: written beside their place, forced to disk, renamed.
 *
 * <p>What stood in the place before stays until the rename, so nothing is lost by a crash, a full
 * disk, or an error while writing.
 */
public final class AtomicFile {
  /** What helps where the disk is full. */
  public static final String FULL =
      "Free some space; a run that had begun then goes on with ./aroma train --resume RUN. Or give"
          + " --output another disk.";

  private AtomicFile() {}

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of it; the channel is at the beginning of an empty file. */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes {@code target} (its directory is made if need be), or leaves it as it was.
   *
   * @throws InputException if it cannot be written
   */
  public static void write(Path target, Content content) {
    Path temporary = stage(target, content);
    commit(temporary, target);
  }

  /** Writes a text as UTF-8, whole or not at all; see {@link #write}. */
  public static void writeText(Path target, String text) {
    writeBytes(target, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes bytes, whole or not at all; see {@link #write}. */
  public static void writeBytes(Path target, byte[] content) {
    write(target, channel -> writeFully(channel, ByteBuffer.wrap(content)));
  }

  /** Copies a file, whole or not at all. */
  public static void copy(Path from, Path to) throws IOException {
    try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ)) {
      long size = in.size();
      write(
          to,
          out -> {
            for (long done = 0; done < size; ) {
              done += in.transferTo(done, size - done, out);
            }
          });
    }
  }

  /** Writes and forces a file beside {@code target}, to be renamed by {@link #commit}. */
  static Path stage(Path target, Content content) {
    Path temporary = besides(target);
    try {
      Files.createDirectories(temporary.getParent());
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      }
      return temporary;
    } catch (IOException e) {
      discard(temporary);
      throw cannotWrite(target, e);
    } catch (RuntimeException | Error e) {
      discard(temporary);
      throw e;
    }
  }

  static void commit(Path temporary, Path target) {
    try {
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      forceDirectory(target.toAbsolutePath().getParent());
    } catch (IOException e) {
      discard(temporary);
      throw cannotWrite(target, e);
    }
  }

  /** A hidden name in the same directory, so that the rename stays on one file system. */
  static Path besides(Path target) {
    Path absolute = target.toAbsolutePath();
    return absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID() + ".tmp");
  }

  static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Removes a file if it is there. */
  public static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  static void discard(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // The error that brought us here matters more than a left-over hidden file.
    }
  }

  /** Makes a rename durable. Some systems cannot open a directory; there it is up to them. */
  static void forceDirectory(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Nothing to do: the file itself was forced.
    }
  }

  /** What to say when a file could not be written: why, and what helps. */
  public static InputException cannotWrite(Path target, IOException cause) {
    WriteFailure why = WriteFailure.of(cause);
    String what = "cannot write %s: %s".formatted(target, why.reason(cause));
    return why == WriteFailure.NO_SPACE
        ? new InputException(what, FULL, "no-space", cause)
        : new InputException(
            what,
            "Check the path and its permissions, or give another output directory.",
            "cannot-write",
            cause);
  }
}
