package dev.aroma.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.input.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/** A JSON array of objects, read one object at a time; else as {@link JsonLines}. */
final class JsonArray {
  private static final int BLANKS = 4096;

  /** After an element comes the next one. */
  private static final ObjectReader ELEMENTS =
      JsonLines.READER.without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private JsonArray() {}

  /**
   * Whether the stream's first letter opens an array; the stream is left at its beginning.
   *
   * @param in which can be marked
   */
  static boolean opens(InputStream in) throws IOException {
    in.mark(BLANKS);
    int first = in.read();
    for (int i = 0; i < BLANKS - 1 && isBlank(first); i++) {
      first = in.read();
    }
    in.reset();
    return first == '[';
  }

  /** White space of JSON, and the bytes of a byte order mark. */
  private static boolean isBlank(int letter) {
    return switch (letter) {
      case ' ', '\t', '\r', '\n', 0xEF, 0xBB, 0xBF -> true;
      default -> false;
    };
  }

  static void read(InputStream in, String origin, Consumer<Row> rows) {
    int line = 1;
    int read = 0;
    try (JsonParser parser = ELEMENTS.createParser(in)) {
      parser.nextToken(); // the bracket
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        line = parser.currentTokenLocation().getLineNr();
        JsonNode node = ELEMENTS.readTree(parser);
        if (!(node instanceof ObjectNode object)) {
          throw malformed(origin, line, "another value: " + node, null);
        }
        rows.accept(JsonLines.row(object, origin, line));
        read++;
      }
      if (parser.nextToken() != null) {
        line = parser.currentTokenLocation().getLineNr();
        throw malformed(origin, line, "more after the array's end", null);
      }
    } catch (JsonProcessingException e) {
      int where = e.getLocation() == null ? line : e.getLocation().getLineNr();
      throw malformed(origin, where, "a mistake: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw malformed(origin, line, "bytes that are no UTF-8: " + e.getMessage(), e);
    }
    if (read == 0) {
      throw DataFiles.empty(origin, "an empty array");
    }
  }

  private static InputException malformed(String origin, int line, String found, Throwable cause) {
    return new InputException(
        "Expected a JSON array of objects in %s, found in line %d %s"
            .formatted(origin, line, found),
        "Mend the line. A file may also hold one object a line, without the brackets.",
        "data-json",
        cause);
  }
}
