package dev.aroma.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Tokenizers small enough to check by eye. */
final class TinyTokenizers {
  /** 0 [PAD] 1 [UNK] 2 [CLS] 3 [SEP] 4 [MASK] 5 the 6 cat 7 sat 8 ##s 9 . 10 cafe 11 Cat 12 café */
  static final List<String> WORD_PIECES =
      List.of(
          "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "sat", "##s", ".", "cafe",
          "Cat", "café");

  private TinyTokenizers() {}

  static Path wordPiece(Path directory) throws IOException {
    Files.write(directory.resolve("vocab.txt"), WORD_PIECES);
    return directory;
  }

  /** "ab" after a space is one token, elsewhere "a" and "b"; Ġ stands for the space. */
  static Path byteLevel(Path directory) throws IOException {
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
  static String jsonThatPads() {
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
}
