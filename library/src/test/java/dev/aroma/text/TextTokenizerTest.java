package dev.aroma.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.util.Utils;
import dev.aroma.SharedFiles;
import dev.aroma.input.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTokenizerTest {
  static final String MINILM = "/all-minilm-l6-v2-tokenizer.json";
  private static final String LONG = "the cat sat ".repeat(100);
  @TempDir Path directory;

  @Test
  void neitherPadsNorTruncatesAsTheFileSays() throws Exception {
    Files.writeString(directory.resolve("tokenizer.json"), TinyTokenizers.jsonThatPads());
    try (TextTokenizer tokenizer = TextTokenizer.load(directory, 5)) {
      assertThat(tokenizer.encode("one").ids()).containsExactly(1);
      assertThat(tokenizer.encode("one two one two one two").ids()).containsExactly(1, 2, 1, 2, 1);
      assertThat(tokenizer.padId()).isEqualTo(3);
    }
  }

  @Test
  void theEmbeddedTokenizersSettingsAreOverridden() {
    try (TextTokenizer tokenizer = TextTokenizer.ofResource(MINILM, 200)) {
      Encoding hello = tokenizer.encode("hello world");
      assertThat(hello.ids()).containsExactly(101, 7592, 2088, 102);
      assertThat(hello.truncated()).isFalse();
      assertThat(tokenizer.encode(LONG).length()).isEqualTo(200);
      assertThat(tokenizer.maxLength()).isEqualTo(200);
      assertThat(tokenizer.padId()).isZero();
    }
  }

  @Test
  void staysOffline() {
    try (TextTokenizer tokenizer = TextTokenizer.ofResource(MINILM, 16)) {
      assertThat(tokenizer.maxLength()).isEqualTo(16);
      assertThat(Utils.isOfflineMode()).isTrue();
    }
  }

  @Test
  void maximaBeyondFiveHundredAndTwelveHold() {
    try (TextTokenizer tokenizer = TextTokenizer.ofResource(MINILM, 1000)) {
      assertThat(tokenizer.encode(LONG + LONG).length()).isEqualTo(602);
    }
  }

  @Test
  void truncatesSpecialTokensIncluded() {
    try (TextTokenizer tokenizer = TextTokenizer.ofResource(MINILM, 6)) {
      Encoding cut = tokenizer.encode("one two three four five six");
      assertThat(cut.length()).isEqualTo(6);
      assertThat(cut.truncated()).isTrue();
      assertThat(cut.ids()[5]).isEqualTo(102);
      assertThat(tokenizer.encode("one two three four").truncated()).isFalse();
    }
  }

  @Test
  void theLongerTextOfAPairLosesTokensFirst() {
    try (TextTokenizer tokenizer = TextTokenizer.ofResource(MINILM, 8)) {
      Encoding pair = tokenizer.encode("one two three four five six", "seven");
      assertThat(tokenizer.decode(pair.ids())).isEqualTo("one two three four seven");
      assertThat(pair.typeIds()).containsExactly(0, 0, 0, 0, 0, 0, 1, 1);
      Encoding other = tokenizer.encode("seven", "one two three four five six");
      assertThat(tokenizer.decode(other.ids())).isEqualTo("seven one two three four");
    }
  }

  @Test
  void worksAtTheSmallestLengths() throws Exception {
    try (TextTokenizer tokenizer = TextTokenizer.ofResource(MINILM, 3)) {
      assertThat(tokenizer.encode("hello world").ids()).containsExactly(101, 7592, 102);
      assertThatThrownBy(() -> tokenizer.encode("hello", "world"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("5 tokens or more for pairs, found 3")
          .hasMessageContaining("#max-length-too-small");
    }
    try (TextTokenizer tokenizer = TextTokenizer.load(TinyTokenizers.byteLevel(directory), 6)) {
      assertThat(tokenizer.encode("a a a", "b b").ids()).containsExactly(0, 4, 2, 2, 5, 2);
    }
  }

  @Test
  void refusesAMaximumWithoutRoomForText() {
    assertThatThrownBy(() -> TextTokenizer.ofResource(MINILM, 2))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("3 tokens or more, found 2")
        .hasMessageContaining("#max-length-too-small");
  }

  @Test
  void batchesGiveWhatSingleTextsGive() {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 2500; i++) {
      texts.add("text number " + i + ", said twice: " + i);
    }
    try (TextTokenizer tokenizer = TextTokenizer.ofResource(MINILM, 64)) {
      List<Encoding> all = tokenizer.encodeAll(texts);
      List<Encoding> pairs = tokenizer.encodeAll(texts, texts);
      assertThat(all).hasSize(2500);
      for (int i = 0; i < texts.size(); i += 311) {
        assertThat(all.get(i)).isEqualTo(tokenizer.encode(texts.get(i)));
        assertThat(pairs.get(i)).isEqualTo(tokenizer.encode(texts.get(i), texts.get(i)));
      }
      assertThat(tokenizer.encodeAll(List.of())).isEmpty();
      assertThatThrownBy(() -> tokenizer.encodeAll(texts, List.of("one")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2500 and 1");
    }
  }

  @Test
  void severalThreadsMayEncodeAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (TextTokenizer tokenizer = TextTokenizer.ofResource(MINILM, 64)) {
      Encoding expected = tokenizer.encode("hello world");
      List<Future<Encoding>> results = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        results.add(threads.submit(() -> tokenizer.encode("hello world")));
      }
      for (Future<Encoding> result : results) {
        assertThat(result.get()).isEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void halfASurrogatePairIsReplacedAndWholeOnesAreKept() {
    assertThat(WellFormed.text("a\uD83Db")).isEqualTo("a\uFFFDb");
    assertThat(WellFormed.text("\uDE00")).isEqualTo("\uFFFD");
    assertThat(WellFormed.text("\uD83D\uDE00")).isEqualTo("\uD83D\uDE00");
    try (TextTokenizer tokenizer = TextTokenizer.ofResource(MINILM, 64)) {
      assertThat(tokenizer.encode("a\uD83Db")).isEqualTo(tokenizer.encode("a\uFFFDb"));
    }
  }

  @Test
  void whatIsSavedLoadsAlone() throws Exception {
    Path source = Files.createDirectory(directory.resolve("source"));
    Path run = Files.createDirectory(directory.resolve("run"));
    Files.writeString(run.resolve("tokenizer.json"), "an older one");
    try (TextTokenizer tokenizer = TextTokenizer.load(TinyTokenizers.byteLevel(source), 32)) {
      tokenizer.save(run);
      try (TextTokenizer again = TextTokenizer.load(run, 16)) {
        assertThat(again.encode("ab ab", "b")).isEqualTo(tokenizer.encode("ab ab", "b"));
        assertThat(again.padId()).isEqualTo(1);
        assertThat(again.vocabularySize()).isEqualTo(10);
      }
    }
    assertThat(run).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void aPaddingTokenThatOnlyTheConfigurationNamesSurvivesSaving() throws Exception {
    Files.writeString(
        directory.resolve("tokenizer.json"),
        TinyTokenizers.jsonThatPads().replaceAll("(?s)\"padding\": \\{.*?\\}, \"dir.*?\\},", ""));
    Files.writeString(directory.resolve("tokenizer_config.json"), "{\"pad_token\": \"two\"}");
    Path run = Files.createDirectory(directory.resolve("run"));
    try (TextTokenizer tokenizer = TextTokenizer.load(directory, 8)) {
      assertThat(tokenizer.padId()).isEqualTo(2);
      tokenizer.save(run);
    }
    try (TextTokenizer again = TextTokenizer.load(run, 8)) {
      assertThat(again.padId()).isEqualTo(2);
    }
  }

  @Test
  void readsLlamaTokenizersToo() {
    Path llama3 = SharedFiles.require("tokenizers/llama3");
    try (TextTokenizer tokenizer = TextTokenizer.load(llama3, 128)) {
      assertThat(tokenizer.vocabularySize()).isEqualTo(128256);
      assertThat(tokenizer.decode(tokenizer.encode("Hello world").ids())).isEqualTo("Hello world");
      assertThat(tokenizer.padId()).isZero();
    }
  }
}
