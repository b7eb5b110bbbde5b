package dev.aroma.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Utf8LinesTest {
  @TempDir Path directory;

  @Test
  void onlyLineFeedsEndALine() {
    assertThat(lines("a\r\nb\rc\u2028d\u0085e\n\nf"))
        .containsExactly("a", "b\rc\u2028d\u0085e", "", "f");
    assertThat(lines("")).isEmpty();
    assertThat(lines("one\n")).containsExactly("one");
  }

  @Test
  void aByteOrderMarkIsLeftOutAtTheStartOnly() {
    assertThat(lines("\uFEFFa\n\uFEFFb")).containsExactly("a", "\uFEFFb");
  }

  @Test
  void linesMayBeLongerThanTheBuffer() {
    String text = "\u00e9".repeat(100_000);
    assertThat(lines(text + "\n" + text)).containsExactly(text, text);
  }

  @Test
  void otherBytesThanUtf8AreRefusedWithTheirLine() throws Exception {
    Path file = directory.resolve("latin.tsv");
    Files.write(file, "ok\ncaf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    Refusals.refused(
            "data-encoding",
            () -> {
              try (Utf8Lines lines = new Utf8Lines(file)) {
                assertThat(lines.next()).isEqualTo("ok");
                lines.next();
              }
            })
        .hasMessageContaining("latin.tsv, found other bytes in line 2");
  }

  @Test
  void aMissingFileIsToldWithWhatIsThere() throws Exception {
    Files.createFile(directory.resolve("train.csv"));
    Refusals.refused("data-missing", () -> new Utf8Lines(directory.resolve("train.tsv")).close())
        .hasMessageContaining("train.tsv")
        .hasMessageContaining("has train.csv.");
    Refusals.refused("data-missing", () -> new Utf8Lines(directory.resolve("no/train.tsv")).close())
        .hasMessageContaining("there is no directory");
    for (int i = 0; i < 30; i++) {
      Files.createFile(directory.resolve("x" + i));
    }
    Refusals.refused("data-missing", () -> new Utf8Lines(directory.resolve("train.tsv")).close())
        .hasMessageContaining(", …");
  }

  private static List<String> lines(String text) {
    List<String> found = new ArrayList<>();
    try (Utf8Lines lines =
        new Utf8Lines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "memory")) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        found.add(line);
        assertThat(lines.number()).isEqualTo(found.size());
      }
    }
    return found;
  }
}
