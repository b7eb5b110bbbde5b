package dev.aroma.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Refuses a {@code tokenizer.json} that the native library would load and later die of, and the JVM
 * with it: it has no way to report a mistake that it meets while encoding.
 */
final class NativeSafety {
  /** The library's parser dies at 128; what tokenizers describe is nested less than ten deep. */
  private static final int DEEPEST = 64;

  private final String origin;

  private NativeSafety(String origin) {
    this.origin = origin;
  }

  static void check(ObjectNode content, String origin) {
    NativeSafety safety = new NativeSafety(origin);
    safety.depth(content, 0);
    safety.templates(content.path("post_processor"));
    safety.unknownToken(content.path("model"));
  }

  private void depth(JsonNode node, int depth) {
    if (depth > DEEPEST) {
      throw JsonText.broken(
          origin, "expected values nested at most " + DEEPEST + " deep, found more", null);
    }
    node.forEach(child -> depth(child, depth + 1));
  }

  /** A template may only name special tokens that are defined beside it, and texts there are. */
  private void templates(JsonNode processor) {
    processor.path("processors").forEach(this::templates);
    for (JsonNode piece : processor.path("single")) {
      special(piece, processor.path("special_tokens"), "single");
      if (piece.path("Sequence").path("id").asText().equals("B")) {
        throw JsonText.broken(
            origin, "expected one text in post_processor.single, found the second one, B", null);
      }
    }
    for (JsonNode piece : processor.path("pair")) {
      special(piece, processor.path("special_tokens"), "pair");
    }
  }

  private void special(JsonNode piece, JsonNode defined, String template) {
    JsonNode id = piece.path("SpecialToken").path("id");
    if (!id.isMissingNode() && !defined.path(id.asText()).path("id").equals(id)) {
      throw missing(id.asText(), "of post_processor." + template + " among its special_tokens");
    }
  }

  /** What stands for unknown pieces must be known itself. */
  private void unknownToken(JsonNode model) {
    JsonNode vocabulary = model.path("vocab");
    boolean pairs = model.has("merges"); // BPE drops what is unknown when it has no token for it
    boolean none = model.path("unk_token").isMissingNode() || model.path("unk_token").isNull();
    String unknown = model.path("unk_token").asText("");
    if (vocabulary.isArray()) {
      int id = model.path("unk_id").asInt(-1);
      if (id < 0 || id >= vocabulary.size()) {
        throw missing("model.unk_id", "among its " + vocabulary.size() + " entries");
      }
    } else if (!(pairs && none) && !vocabulary.has(unknown)) {
      throw missing(unknown, "(model.unk_token) in its vocabulary");
    }
  }

  private RuntimeException missing(String token, String where) {
    return JsonText.broken(
        origin,
        "expected the special token \"%s\" %s, found it missing".formatted(token, where),
        null);
  }
}
