package dev.aroma.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The content of a {@code tokenizer.json}, with its truncation taken out and its padding reduced to
 * the padding token, and what can be read off it.
 *
 * @param text the JSON
 * @param vocabularySize the largest token id plus one
 * @param padId the id of the padding token, 0 where there is none
 * @param origin what messages call it
 */
record TokenizerJson(String text, int vocabularySize, int padId, String origin) {
  private static final List<String> PAD_NAMES = List.of("[PAD]", "<pad>");

  static TokenizerJson of(ObjectNode content, TokenizerSettings settings, String origin) {
    int size = vocabularySize(content, origin);
    MergeRules.separate(content);
    NativeSafety.check(content, origin);
    JsonNode pad = padding(content, settings);
    content.putNull("truncation");
    content.set("padding", pad);
    int padId = pad.path("pad_id").asInt(0);
    if (padId < 0 || padId >= size) {
      throw JsonText.broken(
          origin, "expected a padding id below %d, found %d".formatted(size, padId), null);
    }
    return new TokenizerJson(content.toString(), size, padId, origin);
  }

  /** By number: the vocabulary maps tokens to ids, or (Unigram) lists them by id. */
  private static int vocabularySize(ObjectNode content, String origin) {
    JsonNode vocabulary = content.path("model").path("vocab");
    long largest = vocabulary.isArray() ? vocabulary.size() - 1L : -1;
    if (vocabulary.isObject()) {
      for (JsonNode id : vocabulary) {
        largest = Math.max(largest, id.asLong(-1));
      }
    }
    if (largest < 0) {
      throw JsonText.broken(origin, "expected a vocabulary in model.vocab, found none", null);
    }
    for (JsonNode added : content.path("added_tokens")) {
      largest = Math.max(largest, added.path("id").asLong(-1));
    }
    if (largest >= Integer.MAX_VALUE) {
      throw JsonText.broken(origin, "expected token ids below 2^31, found " + largest, null);
    }
    return (int) largest + 1;
  }

  /** Its own padding section knows best, then the configuration, then the usual names. */
  private static JsonNode padding(ObjectNode content, TokenizerSettings settings) {
    JsonNode own = content.path("padding");
    if (own.path("pad_id").canConvertToInt()) {
      return paddingOf(own.path("pad_id").intValue(), own.path("pad_token").asText("[PAD]"));
    }
    JsonNode found = named(content, settings.token("pad_token", ""));
    for (String name : PAD_NAMES) {
      found = found.isNull() ? named(content, name) : found;
    }
    return found;
  }

  private static JsonNode named(ObjectNode content, String token) {
    for (JsonNode added : content.path("added_tokens")) {
      if (added.path("content").asText().equals(token)) {
        return paddingOf(added.path("id").asInt(), token);
      }
    }
    JsonNode id = content.path("model").path("vocab").path(token);
    return id.canConvertToInt() ? paddingOf(id.intValue(), token) : content.nullNode();
  }

  private static ObjectNode paddingOf(int id, String token) {
    ObjectNode padding = JsonText.object().put("strategy", "BatchLongest");
    padding.put("direction", "Right").putNull("pad_to_multiple_of");
    return padding.put("pad_id", id).put("pad_type_id", 0).put("pad_token", token);
  }

  /**
   * Complete under another name first, and on the disk, before it takes the place of an old one.
   */
  void save(Path file) throws IOException {
    Path half = file.resolveSibling(file.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            half,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
