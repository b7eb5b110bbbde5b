package dev.aroma.text;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Reads JSON objects that people give us; a mistake names the file, the line and the column. */
final class JsonText {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private JsonText() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** The object in a file. */
  static ObjectNode read(Path file) {
    try {
      return parse(Files.readAllBytes(file), file.toString());
    } catch (IOException e) {
      throw new InputException(
          "Cannot read the tokenizer file " + file + ": " + e,
          "Check that the file exists and that you may read it.",
          "tokenizer-missing",
          e);
    }
  }

  /** The object in these bytes (UTF-8); {@code origin} is what messages call them. */
  static ObjectNode parse(byte[] json, String origin) {
    try {
      JsonNode node = MAPPER.readTree(json);
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw broken(origin, "expected a JSON object, found " + kind(node), null);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String where =
          at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
      throw broken(origin, "expected JSON, found a mistake" + where + ": " + firstLine(e), e);
    } catch (IOException e) {
      throw broken(origin, e.toString(), e); // malformed UTF-8
    }
  }

  static InputException broken(String origin, String problem, Throwable cause) {
    return new InputException(
        "The tokenizer in " + origin + " cannot be used: " + problem + ".",
        "Fetch the file again, or save it again with the tool that made it.",
        "tokenizer-broken",
        cause);
  }

  private static String kind(JsonNode node) {
    return node.isMissingNode()
        ? "nothing"
        : node.getNodeType().toString().toLowerCase(Locale.ROOT);
  }

  private static String firstLine(JsonProcessingException e) {
    return e.getOriginalMessage().lines().findFirst().orElse("no details");
  }
}
