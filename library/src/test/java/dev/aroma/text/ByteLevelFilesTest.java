package dev.aroma.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.SharedFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ByteLevelFilesTest {
  @TempDir Path directory;

  @Test
  void aSpaceBelongsToTheWordAfterIt() throws Exception {
    try (TextTokenizer tokenizer = TextTokenizer.load(TinyTokenizers.byteLevel(directory), 32)) {
      assertThat(tokenizer.encode("ab ab").ids()).containsExactly(0, 4, 5, 8, 2);
      assertThat(tokenizer.encode(" ab").ids()).containsExactly(0, 8, 2);
      assertThat(tokenizer.padId()).isEqualTo(1);
      assertThat(tokenizer.vocabularySize()).isEqualTo(10);
    }
  }

  @Test
  void pairsAreDividedByTwoEndsAndHaveOneSegment() throws Exception {
    try (TextTokenizer tokenizer = TextTokenizer.load(TinyTokenizers.byteLevel(directory), 32)) {
      Encoding pair = tokenizer.encode("a", "b");
      assertThat(pair.ids()).containsExactly(0, 4, 2, 2, 5, 2);
      assertThat(pair.typeIds()).containsOnly(0);
    }
  }

  @Test
  void addPrefixSpaceFollowsTokenizerConfig() throws Exception {
    TinyTokenizers.byteLevel(directory);
    Files.writeString(directory.resolve("tokenizer_config.json"), "{\"add_prefix_space\": true}");
    try (TextTokenizer tokenizer = TextTokenizer.load(directory, 32)) {
      assertThat(tokenizer.encode("ab").ids()).containsExactly(0, 8, 2);
    }
  }

  @Test
  void theMaskTakesTheSpaceBeforeIt() throws Exception {
    try (TextTokenizer tokenizer = TextTokenizer.load(TinyTokenizers.byteLevel(directory), 32)) {
      assertThat(tokenizer.encode("a <mask>").ids()).containsExactly(0, 4, 9, 2);
    }
  }

  @Test
  void givesRobertasKnownIds() {
    Path roberta = SharedFiles.require("tokenizers/roberta-base");
    try (TextTokenizer tokenizer = TextTokenizer.load(roberta, 128)) {
      assertThat(tokenizer.encode("Hello world!").ids()).containsExactly(0, 31414, 232, 328, 2);
      assertThat(tokenizer.encode(" Hello world").ids()).containsExactly(0, 20920, 232, 2);
      assertThat(tokenizer.encode("Hello world", "Hello").ids())
          .containsExactly(0, 31414, 232, 2, 2, 31414, 2);
      assertThat(tokenizer.encode("a caf\u00e9").ids()).containsExactly(0, 102, 26059, 2);
      assertThat(tokenizer.padId()).isEqualTo(1);
      assertThat(tokenizer.vocabularySize()).isEqualTo(50265);
    }
  }

  @Test
  void nonAsciiTextComesBackWhole() {
    Path roberta = SharedFiles.require("tokenizers/roberta-base");
    String text = " Z\u00fcrich \u6771\u4eac \uD83D\uDE00 \u0000 \u2014 na\u00efve\n";
    try (TextTokenizer tokenizer = TextTokenizer.load(roberta, 128)) {
      assertThat(tokenizer.decode(tokenizer.encode(text).ids())).isEqualTo(text);
    }
  }
}
