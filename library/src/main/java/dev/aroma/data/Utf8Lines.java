package dev.aroma.data;

import dev.aroma.input.InputException;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The lines of a UTF-8 file, one after the other.
 *
 * <p>Only line feeds end a line (texts hold other separators); a carriage return before one and a
 * byte order mark before all are left out. Other bytes than UTF-8 are refused with their line,
 * which Java's own reader would not name.
 */
final class Utf8Lines implements Closeable {
  private final InputStream in;
  private final String origin;
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int end;
  private int number;

  Utf8Lines(Path file) {
    this(DataFiles.open(file), file.toString());
  }

  Utf8Lines(InputStream in, String origin) {
    this.in = in;
    this.origin = origin;
  }

  /** The next line, or null after the last one. */
  String next() {
    try {
      ByteArrayOutputStream line = new ByteArrayOutputStream(256);
      while (at < end || fill()) {
        int start = at;
        while (at < end && buffer[at] != '\n') {
          at++;
        }
        line.write(buffer, start, at - start);
        if (at < end) {
          at++;
          return text(line.toByteArray());
        }
      }
      return line.size() == 0 ? null : text(line.toByteArray());
    } catch (IOException e) {
      throw DataFiles.unreadable(origin, e);
    }
  }

  /** The number of the line that was read last, from 1; 0 before the first. */
  int number() {
    return number;
  }

  String origin() {
    return origin;
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw DataFiles.unreadable(origin, e);
    }
  }

  private boolean fill() throws IOException {
    at = 0;
    end = Math.max(0, in.read(buffer));
    return end > 0;
  }

  private String text(byte[] bytes) {
    number++;
    int length = bytes.length;
    if (length > 0 && bytes[length - 1] == '\r') {
      length--;
    }
    try {
      String line = decoder.decode(ByteBuffer.wrap(bytes, 0, length)).toString();
      return number == 1 && line.startsWith("\uFEFF") ? line.substring(1) : line;
    } catch (CharacterCodingException e) {
      throw new InputException(
          "Expected UTF-8 in %s, found other bytes in line %d.".formatted(origin, number),
          "Convert the file, for example with: iconv -f ISO-8859-1 -t UTF-8 FILE",
          "data-encoding",
          e);
    }
  }
}
