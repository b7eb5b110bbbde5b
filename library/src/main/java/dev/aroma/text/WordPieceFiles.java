package dev.aroma.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * BERT's WordPiece from {@code vocab.txt}: one token a line, its id the line's number from 0.
 *
 * <p>As Hugging Face's BertTokenizer: text is cleaned, lower-cased unless {@code do_lower_case} is
 * false in {@code tokenizer_config.json} (true where that file is missing), split at spaces and
 * punctuation, then into the longest known pieces; <code>[CLS] A [SEP]</code> or <code>
 * [CLS] A [SEP] B [SEP]</code>, B in segment 1.
 */
final class WordPieceFiles {
  private WordPieceFiles() {}

  static ObjectNode read(Path file, TokenizerSettings settings) {
    Map<String, Integer> vocabulary = vocabulary(file);
    String unknown = settings.token("unk_token", "[UNK]");
    String start = settings.token("cls_token", "[CLS]");
    String end = settings.token("sep_token", "[SEP]");
    ObjectNode root = JsonText.object().put("version", "1.0");
    SpecialTokens specials = new SpecialTokens(vocabulary, root, file.toString());
    specials.optional(settings.token("pad_token", "[PAD]"), false);
    specials.required(unknown);
    specials.required(start);
    specials.required(end);
    specials.optional(settings.token("mask_token", "[MASK]"), false);
    normalizer(root, settings);
    root.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    specials.template(
        "%s:0 A:0 %s:0".formatted(start, end),
        "%s:0 A:0 %s:0 B:1 %s:1".formatted(start, end, end),
        start,
        end);
    root.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
    ObjectNode model = root.putObject("model").put("type", "WordPiece");
    model.put("unk_token", unknown).put("continuing_subword_prefix", "##");
    model.put("max_input_chars_per_word", 100);
    vocabulary.forEach(model.putObject("vocab")::put);
    return root;
  }

  private static void normalizer(ObjectNode root, TokenizerSettings settings) {
    root.putObject("normalizer")
        .put("type", "BertNormalizer")
        .put("clean_text", true)
        .put("handle_chinese_chars", settings.flag("tokenize_chinese_chars", true))
        .put("strip_accents", settings.flagOrNull("strip_accents")) // null: as lowercase says
        .put("lowercase", settings.flag("do_lower_case", true));
  }

  private static Map<String, Integer> vocabulary(Path file) {
    List<String> lines = VocabularyLines.read(file);
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    for (int id = 0; id < lines.size(); id++) {
      vocabulary.put(lines.get(id), id);
    }
    return vocabulary;
  }
}
