package dev.aroma.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Writes the parts of a {@code tokenizer.json} that concern special tokens. */
final class SpecialTokens {
  private final Map<String, Integer> vocabulary;
  private final ObjectNode root;
  private final String origin;

  SpecialTokens(Map<String, Integer> vocabulary, ObjectNode root, String origin) {
    this.vocabulary = vocabulary;
    this.root = root;
    this.origin = origin;
  }

  /** A token that must be there, found whole in text before anything is split. */
  void required(String token) {
    if (!vocabulary.containsKey(token)) {
      throw JsonText.broken(
          origin,
          "expected the special token %s among its %d entries, found it missing"
              .formatted(token, vocabulary.size()),
          null);
    }
    add(token, false);
  }

  /** A token that is added when the vocabulary has it; {@code eatsSpace}: with spaces before it. */
  void optional(String token, boolean eatsSpace) {
    if (vocabulary.containsKey(token)) {
      add(token, eatsSpace);
    }
  }

  private void add(String token, boolean eatsSpace) {
    ObjectNode entry = root.withArray("/added_tokens").addObject();
    entry.put("id", vocabulary.get(token)).put("content", token).put("single_word", false);
    entry.put("lstrip", eatsSpace).put("rstrip", false).put("normalized", false);
    entry.put("special", true);
  }

  /**
   * Puts special tokens around texts. In the templates, {@code A} and {@code B} stand for the texts
   * and everything else is a special token; a number after a colon is the segment.
   */
  void template(String single, String pair, String... tokens) {
    ObjectNode processor = root.putObject("post_processor").put("type", "TemplateProcessing");
    pieces(processor.putArray("single"), single);
    pieces(processor.putArray("pair"), pair);
    ObjectNode specials = processor.putObject("special_tokens");
    for (String token : tokens) {
      ObjectNode special = specials.putObject(token).put("id", token);
      special.putArray("ids").add(vocabulary.get(token));
      special.putArray("tokens").add(token);
    }
  }

  private static void pieces(ArrayNode target, String template) {
    for (String piece : template.split(" ", -1)) {
      int colon = piece.lastIndexOf(':');
      String name = piece.substring(0, colon);
      boolean text = name.equals("A") || name.equals("B");
      target
          .addObject()
          .putObject(text ? "Sequence" : "SpecialToken")
          .put("id", name)
          .put("type_id", Integer.parseInt(piece.substring(colon + 1)));
    }
  }
}
