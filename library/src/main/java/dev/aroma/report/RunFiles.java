package dev.aroma.report;

import dev.aroma.input.InputException;
import dev.aroma.io.AtomicFile;
import dev.aroma.io.WriteFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reading and writing of a run's files, and what to say when that fails. */
final class RunFiles {
  private RunFiles() {}

  /** Writes a text as UTF-8 where the channel stands. */
  static void writeFully(FileChannel channel, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
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
    WriteFailure why = WriteFailure.of(e);
    String what = "Cannot write %s: %s.".formatted(path, why.reason(e));
    String advice =
        switch (why) {
          case NO_SPACE -> AtomicFile.FULL;
          case NO_PERMISSION -> "Give --output a directory that you may write to.";
          case IN_THE_WAY -> "Give --output a directory.";
          case OTHER -> "Check the path and the disk.";
        };
    return why == WriteFailure.NO_SPACE
        ? new InputException(what, advice, "no-space", e)
        : new InputException(what, advice, "output-not-writable", e);
  }
}
