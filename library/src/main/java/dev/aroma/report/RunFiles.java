package dev.aroma.report;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** Reading and atomic writing of a run's small files, and what to say when that fails. */
final class RunFiles {
  private RunFiles() {}

  /** Writes {@code text} so that the file is either as it was or complete, whatever happens. */
  static void write(Path file, String text) {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        writeFully(channel, text);
        channel.force(true);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      discard(temporary);
      throw cannotWrite(file, e);
    }
  }

  static void writeFully(FileChannel channel, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static void discard(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      // The failure to write is what the person must hear of; a left-over .tmp harms nobody.
    }
  }

  /** The whole text of a file of a run. */
  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      String reason = e instanceof NoSuchFileException ? "no such file" : e.toString();
      throw new InputException(
          "Cannot read %s of the run (%s).".formatted(file, reason),
          "Give the directory of a run that got so far; ./aroma train makes one.",
          "run-files",
          e);
    }
  }

  /** Tells why writing failed, as far as the system says, and what helps. */
  static InputException cannotWrite(Path path, Exception e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (message.contains("no space left")
        || message.contains("quota exceeded")
        || message.contains("not enough space")) {
      return failure(
          path,
          "the disk is full",
          "Free some space; a run that had begun then goes on with ./aroma train --resume RUN. Or give"
              + " --output another disk.",
          "no-space",
          e);
    }
    if (e instanceof AccessDeniedException
        || e instanceof ReadOnlyFileSystemException
        || message.contains("read-only")
        || message.contains("permission denied")
        || message.contains("operation not permitted")) {
      return failure(
          path,
          "no permission",
          "Give --output a directory that you may write to.",
          "output-not-writable",
          e);
    }
    if (e instanceof FileAlreadyExistsException
        || e instanceof NotDirectoryException
        || message.contains("not a directory")) {
      return failure(
          path, "a file is in the way", "Give --output a directory.", "output-not-writable", e);
    }
    return failure(path, e.toString(), "Check the path and the disk.", "output-not-writable", e);
  }

  private static InputException failure(
      Path path, String reason, String advice, String anchor, Exception e) {
    return new InputException("Cannot write %s: %s.".formatted(path, reason), advice, anchor, e);
  }
}
