package dev.aroma.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.input.InputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A JSON object a line; its keys are the columns. Null counts as absent. Blank lines are skipped.
 */
final class JsonLines {
  /** Takes nothing that is ambiguous. */
  static final ObjectReader READER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build()
          .reader();

  private JsonLines() {}

  static void read(Utf8Lines lines, Consumer<Row> rows) {
    int read = 0;
    for (String line = lines.next(); line != null; line = lines.next()) {
      if (!line.isBlank()) {
        rows.accept(row(line, lines));
        read++;
      }
    }
    if (read == 0) {
      throw DataFiles.empty(lines.origin(), "no line with an object");
    }
  }

  private static Row row(String line, Utf8Lines lines) {
    return row(object(line, lines), lines.origin(), lines.number());
  }

  /** An object of a file as a row. */
  static Row row(ObjectNode object, String origin, int line) {
    Map<String, Integer> columns = new LinkedHashMap<>();
    List<String> fields = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      JsonNode value = entry.getValue();
      if (!value.isNull()) {
        columns.put(entry.getKey(), fields.size());
        fields.add(value.isValueNode() ? value.asText() : value.toString());
      }
    }
    return new Row(origin, line, columns, fields);
  }

  private static ObjectNode object(String line, Utf8Lines lines) {
    try {
      if (READER.readTree(line) instanceof ObjectNode object) {
        return object;
      }
      throw malformed(
          lines, "another value: " + line.substring(0, Math.min(40, line.length())), null);
    } catch (JsonProcessingException e) {
      int column = e.getLocation() == null ? 1 : e.getLocation().getColumnNr();
      throw malformed(lines, "a mistake at column " + column + ": " + e.getOriginalMessage(), e);
    }
  }

  private static InputException malformed(Utf8Lines lines, String found, Throwable cause) {
    return new InputException(
        "Expected one JSON object in %s line %d, found %s"
            .formatted(lines.origin(), lines.number(), found),
        "Write one object a line, such as {\"text\": \"…\", \"label\": \"…\"}.",
        "data-json",
        cause);
  }
}
