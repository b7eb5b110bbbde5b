package dev.aroma.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A JSON object from a file, read key by key with types.
 *
 * <p>{@code require…} wants the key, {@code opt…} takes a default where it is absent or null. Every
 * error names the file, the key, what was expected and what was found.
 */
public final class JsonConfig {
  /** Python's json writes NaN and Infinity bare, so those are read; keys given twice are not. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final long LARGEST = 64L << 20;

  private final String source;
  private final String prefix;
  private final ObjectNode node;

  private JsonConfig(String source, String prefix, ObjectNode node) {
    this.source = source;
    this.prefix = prefix;
    this.node = node;
  }

  /** Reads a file that holds one JSON object. */
  public static JsonConfig read(Path file) {
    try {
      if (Files.size(file) > LARGEST) {
        throw bad(file.toString(), "it is larger than 64 MiB", null);
      }
      return parse(file.toString(), Files.readString(file));
    } catch (CharacterCodingException e) {
      throw bad(file.toString(), "it is not UTF-8 text", e);
    } catch (IOException e) {
      throw SafetensorsFile.cannotRead(file, e);
    }
  }

  /**
   * Reads a text that is one JSON object.
   *
   * @param source what to call it in messages
   */
  public static JsonConfig parse(String source, String json) {
    try {
      JsonNode root = MAPPER.readTree(json);
      if (root instanceof ObjectNode object) {
        return new JsonConfig(source, "", object);
      }
      throw bad(source, "it holds " + kind(root) + ", expected an object", null);
    } catch (JsonProcessingException e) {
      String line = e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")";
      throw bad(source, e.getOriginalMessage() + line, e);
    }
  }

  /** Wraps an object that was made here. */
  static JsonConfig of(String source, ObjectNode node) {
    return new JsonConfig(source, "", node);
  }

  private static InputException bad(String source, String problem, Exception cause) {
    return new InputException(
        source + ": not a JSON object: " + problem,
        "Fix the file, or download it again.",
        "bad-json",
        cause);
  }

  public String source() {
    return source;
  }

  /** The whole object, as a copy. */
  public ObjectNode json() {
    return node.deepCopy();
  }

  /** Whether the key is there and not null. */
  public boolean has(String key) {
    return node.hasNonNull(key);
  }

  /** A string; {@link InputException} where it is absent or something else. */
  public String requireString(String key) {
    return required(key, "a string", JsonNode::isTextual, JsonNode::textValue);
  }

  /** As {@link #requireString} where the key is there. */
  public String optString(String key, String otherwise) {
    return has(key) ? requireString(key) : otherwise;
  }

  /** A whole number that fits an int; {@link InputException} where it is none. */
  public int requireInt(String key) {
    return required(
        key,
        "a whole number",
        n -> n.isIntegralNumber() && n.canConvertToInt(),
        JsonNode::intValue);
  }

  /** A whole number that fits a long; {@link InputException} where it is none. */
  public long requireLong(String key) {
    return required(
        key,
        "a whole number",
        n -> n.isIntegralNumber() && n.canConvertToLong(),
        JsonNode::longValue);
  }

  /** As {@link #requireInt(String)} where the key is there. */
  public int optInt(String key, int otherwise) {
    return has(key) ? requireInt(key) : otherwise;
  }

  /** A whole number from {@code min} to {@code max}: sizes are checked where they are read. */
  public int requireInt(String key, int min, int max) {
    int value = requireInt(key);
    if (value < min || value > max) {
      throw wrong(key, "a whole number from " + min + " to " + max, node.get(key));
    }
    return value;
  }

  /** A number; {@link InputException} where it is none. */
  public double requireDouble(String key) {
    return required(key, "a number", JsonNode::isNumber, JsonNode::doubleValue);
  }

  /** As {@link #requireDouble(String)} where the key is there. */
  public double optDouble(String key, double otherwise) {
    return has(key) ? requireDouble(key) : otherwise;
  }

  /** A number from {@code min} to {@code max}; NaN and infinity are none. */
  public double requireDouble(String key, double min, double max) {
    double value = requireDouble(key);
    if (!(value >= min && value <= max)) {
      throw wrong(key, "a number from " + min + " to " + max, node.get(key));
    }
    return value;
  }

  /** As {@link #requireDouble(String, double, double)} where the key is there. */
  public double optDouble(String key, double otherwise, double min, double max) {
    return has(key) ? requireDouble(key, min, max) : otherwise;
  }

  /** As {@link #requireInt(String, int, int)} where the key is there. */
  public int optInt(String key, int otherwise, int min, int max) {
    return has(key) ? requireInt(key, min, max) : otherwise;
  }

  /** True or false; {@link InputException} where it is neither. */
  public boolean requireBoolean(String key) {
    return required(key, "true or false", JsonNode::isBoolean, JsonNode::booleanValue);
  }

  /** As {@link #requireBoolean} where the key is there. */
  public boolean optBoolean(String key, boolean otherwise) {
    return has(key) ? requireBoolean(key) : otherwise;
  }

  /** A list of strings; empty where the key is absent or null. */
  public List<String> strings(String key) {
    if (!has(key)) {
      return List.of();
    }
    return required(key, "a list of strings", JsonConfig::isStrings, JsonConfig::texts);
  }

  /** The keys of this object, in the file's order. */
  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  /** The object under a key, or nothing where the key is absent or null. */
  public Optional<JsonConfig> object(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    ObjectNode child = required(key, "an object", JsonNode::isObject, found -> (ObjectNode) found);
    return Optional.of(new JsonConfig(source, prefix + key + ".", child));
  }

  private <T> T required(
      String key, String expected, Predicate<JsonNode> fits, Function<JsonNode, T> value) {
    JsonNode found = node.get(key);
    if (found == null || !fits.test(found)) {
      throw wrong(key, expected, found);
    }
    return value.apply(found);
  }

  /** An error about one key: found something else, or nothing, instead of what was expected. */
  public InputException wrong(String key, String expected) {
    return wrong(key, expected, node.get(key));
  }

  private InputException wrong(String key, String expected, JsonNode found) {
    String what = found == null ? "no such key" : kind(found);
    return new InputException(
        "%s: key %s%s: expected %s, found %s".formatted(source, prefix, key, expected, what),
        "Correct the file, or take it from the source of the weights again.",
        "bad-config");
  }

  private static boolean isStrings(JsonNode node) {
    if (!node.isArray()) {
      return false;
    }
    for (JsonNode element : node) {
      if (!element.isTextual()) {
        return false;
      }
    }
    return true;
  }

  private static List<String> texts(JsonNode node) {
    List<String> texts = new ArrayList<>();
    node.forEach(element -> texts.add(element.textValue()));
    return List.copyOf(texts);
  }

  private static String kind(JsonNode node) {
    if (node.isMissingNode()) {
      return "nothing";
    }
    String text = node.toString();
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
