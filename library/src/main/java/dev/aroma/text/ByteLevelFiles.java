package dev.aroma.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * RoBERTa's byte-level BPE from {@code vocab.json} (token to id) and {@code merges.txt} (one merge
 * a line, in order, after a version line).
 *
 * <p>As Hugging Face's RobertaTokenizer: bytes are the alphabet, a space belongs to the word after
 * it, none is added before the first word unless {@code add_prefix_space} says so; <code>
 * &lt;s&gt; A &lt;/s&gt;</code> or <code>&lt;s&gt; A &lt;/s&gt;&lt;/s&gt; B &lt;/s&gt;</code>, all
 * in segment 0.
 */
final class ByteLevelFiles {
  private ByteLevelFiles() {}

  static ObjectNode read(Path vocabularyFile, Path mergesFile, TokenizerSettings settings) {
    Map<String, Integer> vocabulary = vocabulary(vocabularyFile);
    String start = settings.token("cls_token", "<s>");
    String end = settings.token("sep_token", "</s>");
    String unknown = settings.token("unk_token", "<unk>");
    ObjectNode root = JsonText.object().put("version", "1.0");
    SpecialTokens specials = new SpecialTokens(vocabulary, root, vocabularyFile.toString());
    specials.required(start);
    specials.optional(settings.token("pad_token", "<pad>"), false);
    specials.required(end);
    specials.required(unknown);
    specials.optional(settings.token("mask_token", "<mask>"), true);
    byteLevel(root.putObject("pre_tokenizer"), settings).put("use_regex", true);
    byteLevel(root.putObject("decoder"), settings).put("use_regex", true);
    specials.template(
        "%s:0 A:0 %s:0".formatted(start, end),
        "%s:0 A:0 %s:0 %s:0 B:0 %s:0".formatted(start, end, end, end),
        start,
        end);
    ObjectNode model = root.putObject("model").put("type", "BPE").putNull("dropout");
    // No unk_token: every byte is in the alphabet, so nothing is unknown.
    vocabulary.forEach(model.putObject("vocab")::put);
    merges(model.putArray("merges"), mergesFile);
    return root;
  }

  private static ObjectNode byteLevel(ObjectNode node, TokenizerSettings settings) {
    return node.put("type", "ByteLevel")
        .put("add_prefix_space", settings.flag("add_prefix_space", false))
        .put("trim_offsets", settings.flag("trim_offsets", true));
  }

  private static Map<String, Integer> vocabulary(Path file) {
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : JsonText.read(file).properties()) {
      if (!entry.getValue().canConvertToInt()) {
        throw JsonText.broken(
            file.toString(),
            "expected a token id for \"%s\", found %s".formatted(entry.getKey(), entry.getValue()),
            null);
      }
      vocabulary.put(entry.getKey(), entry.getValue().intValue());
    }
    return vocabulary;
  }

  private static void merges(ArrayNode target, Path file) {
    List<String> lines = VocabularyLines.read(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isEmpty() || (i == 0 && line.startsWith("#version"))) {
        continue;
      }
      if (line.chars().filter(c -> c == ' ').count() != 1) {
        throw JsonText.broken(
            file.toString(),
            "expected two pieces and a space in line %d, found \"%s\"".formatted(i + 1, line),
            null);
      }
      target.add(line);
    }
  }
}
