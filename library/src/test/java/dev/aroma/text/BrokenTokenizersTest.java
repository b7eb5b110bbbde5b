package dev.aroma.text;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokenTokenizersTest {
  @TempDir Path directory;

  @Test
  void noTokenizerListsWhatWasLookedFor() throws Exception {
    refused("tokenizer-missing")
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("tokenizer.json, or vocab.txt, or vocab.json with merges.txt")
        .hasMessageContaining("none of them");
    Files.writeString(directory.resolve("vocab.json"), "{}"); // half of byte-level BPE
    refused("tokenizer-missing");
  }

  @Test
  void aDirectoryThatIsNotThereIsSaidSo() {
    assertThatThrownBy(() -> TextTokenizer.load(directory.resolve("nowhere"), 16))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no directory of this name");
  }

  @Test
  void aResourceThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> TextTokenizer.ofResource("/nothing.json", 16))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("/nothing.json on the class path");
  }

  @Test
  void brokenJsonNamesFileLineAndColumn() throws Exception {
    write("tokenizer.json", "{\n \"model\": {,}\n}");
    refused("tokenizer-broken")
        .hasMessageContaining("tokenizer.json")
        .hasMessageContaining("line 2, column");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "{}", "{\"model\": {\"vocab\": {}}}", "{\"model\": 3}", "{} {}"})
  void jsonThatIsNoTokenizerIsRefused(String content) throws Exception {
    write("tokenizer.json", content);
    refused("tokenizer-broken");
  }

  @Test
  void whatTheNativeLibraryRefusesIsToldInItsWords() throws Exception {
    write(
        "tokenizer.json",
        "{\"model\": {\"type\": \"Magic\", \"vocab\": {\"a\": 0}, \"unk_token\": \"a\"}}");
    refused("tokenizer-broken").hasMessageContaining("the tokenizers library says: ");
  }

  @Test
  void idsThatNoEmbeddingHasAreRefused() throws Exception {
    write(
        "tokenizer.json",
        TinyTokenizers.jsonThatPads().replace("\"two\": 2", "\"two\": 2147483647"));
    refused("tokenizer-broken").hasMessageContaining("below 2^31");
    write(
        "tokenizer.json", TinyTokenizers.jsonThatPads().replace("\"pad_id\": 3", "\"pad_id\": 9"));
    refused("tokenizer-broken").hasMessageContaining("padding id below 4, found 9");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[UNK]", "[CLS]", "[SEP]"})
  void aVocabularyWithoutASpecialTokenIsRefused(String token) throws Exception {
    List<String> rest = TinyTokenizers.WORD_PIECES.stream().filter(t -> !t.equals(token)).toList();
    Files.write(directory.resolve("vocab.txt"), rest);
    refused("tokenizer-broken")
        .hasMessageContaining("vocab.txt")
        .hasMessageContaining("special token " + token + " among its 12 entries");
  }

  @Test
  void anEmptyVocabularyIsRefused() throws Exception {
    write("vocab.txt", "");
    refused("tokenizer-broken").hasMessageContaining("among its 0 entries");
  }

  @Test
  void aVocabularyInAnotherEncodingIsRefused() throws Exception {
    Files.write(
        directory.resolve("vocab.txt"), "caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    refused("tokenizer-broken").hasMessageContaining("expected UTF-8");
  }

  @Test
  void brokenByteLevelFilesNameFileAndLine() throws Exception {
    TinyTokenizers.byteLevel(directory);
    write("merges.txt", "#version: 0.2\na b c\n");
    refused("tokenizer-broken").hasMessageContaining("merges.txt").hasMessageContaining("line 2");
    write("vocab.json", "{\"<s>\": \"zero\"}");
    refused("tokenizer-broken").hasMessageContaining("a token id for \"<s>\", found \"zero\"");
    write("vocab.json", "{\"<|endoftext|>\": 0}");
    refused("tokenizer-broken").hasMessageContaining("special token <s>");
  }

  @Test
  void mergesOfUnknownPiecesAreRefusedByTheNativeLibrary() throws Exception {
    TinyTokenizers.byteLevel(directory);
    write("merges.txt", "q q\n");
    refused("tokenizer-broken").hasMessageContaining("the tokenizers library says: ");
  }

  /** Each of these ended the JVM before it was refused. */
  @Test
  void whatTheNativeLibraryWouldDieOfIsRefusedBefore() throws Exception {
    write("tokenizer.json", TinyTokenizers.jsonThatPads().replace("\"?\": 0", "\"!\": 0"));
    refused("tokenizer-broken").hasMessageContaining("\"?\" (model.unk_token)");
    process("[{\"SpecialToken\": {\"id\": \"<x>\", \"type_id\": 0}}]", "[]");
    refused("tokenizer-broken")
        .hasMessageContaining("\"<x>\" of post_processor.single among its special_tokens");
    process("[]", "[{\"SpecialToken\": {\"id\": \"\", \"type_id\": 0}}]");
    refused("tokenizer-broken").hasMessageContaining("\"\" of post_processor.pair");
    process("[{\"Sequence\": {\"id\": \"B\", \"type_id\": 0}}]", "[]");
    refused("tokenizer-broken").hasMessageContaining("found the second one, B");
    write(
        "tokenizer.json",
        "{\"model\": {\"type\": \"Unigram\", \"unk_id\": null, \"vocab\": [[\"a\", 0.0]]}}");
    refused("tokenizer-broken").hasMessageContaining("model.unk_id");
    String deep = "[".repeat(200) + "]".repeat(200);
    write(
        "tokenizer.json",
        TinyTokenizers.unigram()
            .replace("\"decoder\": {", "\"decoder\": {\"x\": %s, ".formatted(deep)));
    refused("tokenizer-broken").hasMessageContaining("nested at most 64 deep");
  }

  @Test
  void specialTokensBeyondTheVocabularyAreRefused() throws Exception {
    String special = "{\"<x>\": {\"id\": \"<x>\", \"ids\": [77], \"tokens\": [\"<x>\"]}}";
    String first = "{\"Sequence\": {\"id\": \"A\", \"type_id\": 0}}";
    String second = first.replace("A", "B");
    String end = "{\"SpecialToken\": {\"id\": \"<x>\", \"type_id\": 0}}";
    process("[" + first + "]", "[%s, %s, %s]".formatted(first, second, end), special);
    refused("tokenizer-broken").hasMessageContaining("vocabulary of 4, found the id 77");
    process("[%s, %s]".formatted(first, end), "[%s, %s]".formatted(first, second), special);
    refused("tokenizer-broken").hasMessageContaining("vocabulary of 4, found the id 77");
  }

  @Test
  void typesOfTokensThatNoModelHasAreRefused() throws Exception {
    write(
        "tokenizer.json",
        TinyTokenizers.unigram().replace("\"type_id\": 1", "\"type_id\": 4294967295"));
    refused("tokenizer-broken").hasMessageContaining("type ids 0 and 1, found 4294967295");
  }

  private void process(String single, String pair) throws IOException {
    process(single, pair, "{}");
  }

  private void process(String single, String pair, String special) throws IOException {
    String processor =
        "{\"type\": \"TemplateProcessing\", \"single\": %s, \"pair\": %s, \"special_tokens\": %s}"
            .formatted(single, pair, special);
    write(
        "tokenizer.json",
        TinyTokenizers.jsonThatPads()
            .replace("\"post_processor\": null", "\"post_processor\": " + processor));
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(directory.resolve(name), content);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> refused(String anchor) {
    return assertThatThrownBy(() -> TextTokenizer.load(directory, 16))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("#" + anchor);
  }
}
