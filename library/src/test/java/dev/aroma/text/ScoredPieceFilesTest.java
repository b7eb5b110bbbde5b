package dev.aroma.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.SharedFiles;
import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoredPieceFilesTest {
  @TempDir private Path directory;

  @Test
  void doesWhatTheOfficialTokenizerJsonDoes() throws IOException {
    Path official = SharedFiles.require("tokenizers/llama2");
    Files.copy(official.resolve("tokenizer.bin"), directory.resolve("tokenizer.bin"));
    try (TextTokenizer json = TextTokenizer.load(official, 512);
        TextTokenizer pieces = TextTokenizer.load(directory, 512)) {
      assertThat(pieces.vocabularySize()).isEqualTo(json.vocabularySize());
      for (String text :
          new String[] {
            "Once upon a time, there was a little girl.",
            "  two spaces, a\ttab\nand a line",
            "Grüße aus Zürich, 你好, \uD83D\uDE00!",
            "for (int i = 0; i < n; i++) { sum += a[i]; }",
            "don't stop believin'",
          }) {
        assertThat(pieces.encode(text).ids()).as(text).isEqualTo(json.encode(text).ids());
        assertThat(pieces.decode(pieces.encode(text).ids())).isEqualTo(text);
      }
    }
  }

  @Test
  void mergesInTheOrderOfScores() throws IOException {
    write(piece("ab", -2), piece("bc", -1), piece("a", -3), piece("b", -4), piece("c", -5));
    try (TextTokenizer tokenizer = TextTokenizer.load(directory, 16)) {
      assertThat(tokenizer.encode("abc").ids()).endsWith(5, 4); // a bc, for bc has the better score
      assertThat(tokenizer.encode("ab").ids()).endsWith(3);
      assertThat(tokenizer.encode("ab").ids()).startsWith(1);
    }
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    write(piece("a", 0));
    Path file = directory.resolve("tok3.bin");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    refused("piece 3 reaches beyond its end");
    ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).putInt(whole.length - 5, -7);
    Files.write(file, whole);
    refused("piece 3 reaches beyond its end");
    write(piece("a", 0), piece("a", 0));
    refused("found id 4 again");
    Files.write(file, new byte[0]);
    refused("reaches beyond its end");
    Files.write(file, new byte[4]);
    refused("expected the special token <unk>");
  }

  private void refused(String message) {
    assertThatThrownBy(() -> TextTokenizer.load(directory, 16))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("tok3.bin")
        .hasMessageContaining(message);
  }

  private static byte[] piece(String text, float score) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer = ByteBuffer.allocate(8 + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
    return buffer.putFloat(score).putInt(bytes.length).put(bytes).array();
  }

  private void write(byte[]... pieces) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN).putInt(6);
    buffer.put(piece("<unk>", 0)).put(piece("\n<s>\n", 0)).put(piece("\n</s>\n", 0));
    for (byte[] piece : pieces) {
      buffer.put(piece);
    }
    byte[] bytes = new byte[buffer.position()];
    buffer.flip().get(bytes);
    Files.write(directory.resolve("tok3.bin"), bytes);
  }
}
