package dev.aroma.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordPieceFilesTest {
  @TempDir Path directory;

  @Test
  void splitsLowerCasedTextIntoPieces() throws Exception {
    try (TextTokenizer tokenizer = TextTokenizer.load(TinyTokenizers.wordPiece(directory), 32)) {
      assertThat(tokenizer.encode("The CATS sat.").ids()).containsExactly(2, 5, 6, 8, 7, 9, 3);
      assertThat(tokenizer.encode("the dog").ids()).containsExactly(2, 5, 1, 3);
      assertThat(tokenizer.encode("").ids()).containsExactly(2, 3);
    }
  }

  @Test
  void putsTheSecondTextInSegmentOne() throws Exception {
    try (TextTokenizer tokenizer = TextTokenizer.load(TinyTokenizers.wordPiece(directory), 32)) {
      Encoding pair = tokenizer.encode("the cat", "sat");
      assertThat(pair.ids()).containsExactly(2, 5, 6, 3, 7, 3);
      assertThat(pair.typeIds()).containsExactly(0, 0, 0, 0, 1, 1);
      assertThat(tokenizer.encode("the").typeIds()).containsOnly(0);
    }
  }

  @Test
  void followsTokenizerConfig() throws Exception {
    TinyTokenizers.wordPiece(directory);
    Files.writeString(
        directory.resolve("tokenizer_config.json"),
        "{\"do_lower_case\": false, \"unk_token\": {\"content\": \"[UNK]\"}}");
    try (TextTokenizer cased = TextTokenizer.load(directory, 32)) {
      assertThat(cased.encode("Cat café").ids()).containsExactly(2, 11, 12, 3);
    }
    Files.writeString(directory.resolve("tokenizer_config.json"), "{\"strip_accents\": false}");
    try (TextTokenizer accents = TextTokenizer.load(directory, 32)) {
      assertThat(accents.encode("Cat Café").ids()).containsExactly(2, 6, 12, 3);
    }
    Files.delete(directory.resolve("tokenizer_config.json"));
    try (TextTokenizer plain = TextTokenizer.load(directory, 32)) {
      assertThat(plain.encode("Cat Café").ids()).containsExactly(2, 6, 10, 3);
    }
  }

  @Test
  void specialTokensInTextAreFoundWhole() throws Exception {
    try (TextTokenizer tokenizer = TextTokenizer.load(TinyTokenizers.wordPiece(directory), 32)) {
      assertThat(tokenizer.encode("the [MASK] sat").ids()).containsExactly(2, 5, 4, 7, 3);
    }
  }

  /** The embedded model's tokenizer.json has BERT-base's vocabulary: ours must agree with it. */
  @Test
  void agreesWithTheTokenizerJsonOfTheSameVocabulary() throws Exception {
    try (InputStream in = getClass().getResourceAsStream(TextTokenizerTest.MINILM)) {
      JsonNode vocabulary = new ObjectMapper().readTree(in).at("/model/vocab");
      String[] lines = new String[vocabulary.size()];
      vocabulary.properties().forEach(e -> lines[e.getValue().asInt()] = e.getKey());
      Files.write(directory.resolve("vocab.txt"), List.of(lines));
    }
    List<String> texts =
        List.of(
            "hello world",
            "  Naïve Café — 東京 is in 日本!  ",
            "don't \"quote\" me\t(e.g., antidisestablishmentarianism) \uD83D\uDE00 \u200b\u0000 x",
            "[CLS] and [MASK] [pad]");
    try (TextTokenizer built = TextTokenizer.load(directory, 64);
        TextTokenizer reference = TextTokenizer.ofResource(TextTokenizerTest.MINILM, 64)) {
      assertThat(built.encodeAll(texts)).isEqualTo(reference.encodeAll(texts));
      assertThat(built.encodeAll(texts, texts)).isEqualTo(reference.encodeAll(texts, texts));
      assertThat(built.vocabularySize()).isEqualTo(30522);
      assertThat(built.encode("hello world").ids()).containsExactly(101, 7592, 2088, 102);
    }
  }
}
