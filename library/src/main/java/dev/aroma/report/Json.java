package dev.aroma.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.input.InputException;
import java.util.List;
import java.util.Locale;

/** How records stand in a run's JSON files: snake_case, and a newer Aroma's keys passed over. */
final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.ALWAYS, JsonInclude.Include.USE_DEFAULTS))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /** On one line. */
  static String line(Object value) {
    return write(value, false);
  }

  /** Indented, with a line end. */
  static String pretty(Object value) {
    return write(value, true) + "\n";
  }

  private static String write(Object value, boolean indented) {
    try {
      return indented
          ? MAPPER.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value)
          : MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write " + value.getClass(), e);
    }
  }

  /**
   * Reads {@code text}.
   *
   * @param where file and perhaps line, for messages
   */
  static <T> T read(String text, Class<T> type, String where) {
    return read(MAPPER.readerFor(type), text, type, where);
  }

  /**
   * As {@link #read}, of a type that has gained components: the record itself says which of them
   * must be there.
   */
  static <T> T readLenient(String text, Class<T> type, String where) {
    DeserializationFeature missing = DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES;
    return read(MAPPER.readerFor(type).without(missing), text, type, where);
  }

  private static <T> T read(ObjectReader reader, String text, Class<T> type, String where) {
    try {
      T value = reader.readValue(text);
      if (value != null) {
        return value;
      }
    } catch (JsonProcessingException e) {
      throw damaged(type, where, e.getOriginalMessage().lines().findFirst().orElse(""), e);
    }
    throw damaged(type, where, "it says null", null);
  }

  /**
   * As {@link #read(String, Class, String)}; the keys named may be missing, as files of an older
   * Aroma lack them, and are null then.
   */
  static <T> T read(String text, Class<T> type, String where, List<String> mayLack) {
    try {
      if (MAPPER.readTree(text) instanceof ObjectNode object) {
        mayLack.stream().filter(key -> !object.has(key)).forEach(object::putNull);
        return read(object.toString(), type, where);
      }
    } catch (JsonProcessingException e) {
      // the plain reading tells what is wrong
    }
    return read(text, type, where);
  }

  private static String words(String name) {
    return name.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
  }

  private static InputException damaged(
      Class<?> type, String where, String reason, Throwable cause) {
    return new InputException(
        "Expected the JSON of a run's %s in %s: %s"
            .formatted(words(type.getSimpleName()), where, reason),
        "The file is damaged or was edited; take it from a copy, or run again.",
        "run-files",
        cause);
  }
}
