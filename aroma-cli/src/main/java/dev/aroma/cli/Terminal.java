package dev.aroma.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aroma.input.InputException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Where a command reads and writes.
 *
 * @param in standard input
 * @param out for results
 * @param err for progress and mistakes
 * @param unicode whether {@code out} shows more than ASCII
 * @param outColour whether {@code out} shows colours
 * @param errColour whether {@code err} shows colours
 */
record Terminal(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean unicode,
    boolean outColour,
    boolean errColour) {

  /** Those of the process; the launcher tells in system properties which are terminals. */
  static Terminal standard() {
    boolean colour = System.getenv("NO_COLOR") == null;
    return new Terminal(
        System.in,
        System.out,
        System.err,
        encoding().toUpperCase(Locale.ROOT).startsWith("UTF"),
        colour && "terminal".equals(System.getProperty("aroma.stdout")),
        colour && Integer.getInteger("aroma.terminal", 0) > 0);
  }

  private static String encoding() {
    String otherwise =
        System.getProperty("sun.stdout.encoding", Charset.defaultCharset().name()); // before JDK 19
    return System.getProperty("stdout.encoding", otherwise);
  }

  /** Prints JSON on one line, in UTF-8 whatever the terminal's encoding. */
  void json(JsonNode json) {
    byte[] line = (json + "\n").getBytes(StandardCharsets.UTF_8);
    out.write(line, 0, line.length);
  }

  /** Flushes what was printed; a full disk or a closed pipe must not pass for success. */
  void flush() {
    if (out.checkError()) {
      throw new InputException(
          "Cannot write to standard output: the disk is full or the reader has gone.",
          "Free some space, or let the reader read on.",
          "standard-output");
    }
  }
}
