package dev.aroma.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code tokenizer_config.json} says beside vocabulary files; everything has Hugging Face's
 * default, so the file may be missing.
 */
final class TokenizerSettings {
  private final JsonNode config;

  private TokenizerSettings(JsonNode config) {
    this.config = config;
  }

  static TokenizerSettings in(Path directory) {
    Path file = directory.resolve("tokenizer_config.json");
    return new TokenizerSettings(Files.exists(file) ? JsonText.read(file) : JsonText.object());
  }

  static TokenizerSettings none() {
    return new TokenizerSettings(JsonText.object());
  }

  boolean flag(String key, boolean otherwise) {
    return config.path(key).asBoolean(otherwise);
  }

  /** True, false, or null where the file says null or nothing. */
  Boolean flagOrNull(String key) {
    JsonNode value = config.path(key);
    return value.isBoolean() ? (Boolean) value.booleanValue() : null;
  }

  /** A special token's text: a string, or an object whose "content" is one. */
  String token(String key, String otherwise) {
    JsonNode value = config.path(key);
    return (value.isObject() ? value.path("content") : value).asText(otherwise);
  }
}
