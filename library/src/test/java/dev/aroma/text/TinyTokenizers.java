package dev.aroma.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Tokenizers small enough to check by eye. */
public final class TinyTokenizers {
  /** 0 [PAD] 1 [UNK] 2 [CLS] 3 [SEP] 4 [MASK] 5 the 6 cat 7 sat 8 ##s 9 . 10 cafe 11 Cat 12 café */
  static final List<String> WORD_PIECES =
      List.of(
          "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "sat", "##s", ".", "cafe",
          "Cat", "café");

  private TinyTokenizers() {}

  /** A directory with vocab.txt. */
  public static Path wordPiece(Path directory) throws IOException {
    Files.write(directory.resolve("vocab.txt"), WORD_PIECES);
    return directory;
  }

  /** "ab" after a space is one token, elsewhere "a" and "b"; Ġ stands for the space. */
  public static Path byteLevel(Path directory) throws IOException {
    Files.writeString(
        directory.resolve("vocab.json"),
        """
        {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3,
         "a": 4, "b": 5, "\\u0120": 6, "\\u0120a": 7, "\\u0120ab": 8, "<mask>": 9}
        """);
    Files.writeString(directory.resolve("merges.txt"), "#version: 0.2\n\u0120 a\n\u0120a b\n");
    return directory;
  }

  /** A tokenizer.json that asks for what ours must ignore: padding to 6, truncation at 4. */
  public static String jsonThatPads() {
    return """
        {"version": "1.0",
         "truncation": {"direction": "Left", "max_length": 4, "strategy": "OnlyFirst", "stride": 1},
         "padding": {"strategy": {"Fixed": 6}, "direction": "Left", "pad_to_multiple_of": 8,
                     "pad_id": 3, "pad_type_id": 0, "pad_token": "<nil>"},
         "added_tokens": [],
         "normalizer": null,
         "pre_tokenizer": {"type": "Whitespace"},
         "post_processor": null,
         "decoder": null,
         "model": {"type": "WordLevel", "unk_token": "?",
                   "vocab": {"?": 0, "one": 1, "two": 2, "<nil>": 3}}}
        """;
  }

  /** Pieces with log-probabilities, as SentencePiece makes them. */
  public static String unigram() {
    return """
        {"version": "1.0", "truncation": null, "padding": null,
         "added_tokens": [{"id": 1, "content": "</s>", "single_word": false, "lstrip": false,
                           "rstrip": false, "normalized": false, "special": true}],
         "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKC"}, {"type": "Lowercase"}]},
         "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always",
                           "split": true},
         "post_processor": {"type": "TemplateProcessing",
           "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
           "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}},
                    {"Sequence": {"id": "B", "type_id": 1}}, {"SpecialToken": {"id": "</s>", "type_id": 1}}],
           "special_tokens": {"</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}}},
         "decoder": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": true},
         "model": {"type": "Unigram", "unk_id": 0, "byte_fallback": false,
                   "vocab": [["<unk>", 0.0], ["</s>", 0.0], ["\u2581one", -2.5], ["\u2581", -3.0],
                             ["a", -3.5], ["b", -4.0], ["ab", -3.25], ["two", -5.0]]}}
        """;
  }
}
