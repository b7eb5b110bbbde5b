package dev.aroma.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The merges of a BPE model. Older files write both pieces in one string with a space between,
 * which the native library cannot read where a piece has a space itself, as three of LLaMA 2's do.
 */
final class MergeRules {
  private MergeRules() {}

  /** Writes merges as pairs if one could be misread. */
  static void separate(ObjectNode content) {
    JsonNode model = content.path("model");
    if (model instanceof ObjectNode bpe && ambiguous(model.path("merges"))) {
      JsonNode merges = model.path("merges");
      ArrayNode pairs = bpe.putArray("merges");
      merges.forEach(merge -> pairs.add(pair(merge.asText(), model.path("vocab"), pairs)));
    }
  }

  private static boolean ambiguous(JsonNode merges) {
    for (JsonNode merge : merges) {
      if (merge.isTextual() && merge.textValue().chars().filter(c -> c == ' ').count() > 1) {
        return true;
      }
    }
    return false;
  }

  /** Split where both parts, and the two together, are pieces; else at the first space. */
  private static ArrayNode pair(String merge, JsonNode vocabulary, ArrayNode factory) {
    int at = merge.indexOf(' ');
    for (int i = at; i >= 0; i = merge.indexOf(' ', i + 1)) {
      String left = merge.substring(0, i);
      String right = merge.substring(i + 1);
      if (vocabulary.has(left) && vocabulary.has(right) && vocabulary.has(left + right)) {
        at = i;
        break;
      }
    }
    ArrayNode pair = factory.arrayNode();
    return at < 0 ? pair.add(merge) : pair.add(merge.substring(0, at)).add(merge.substring(at + 1));
  }
}
