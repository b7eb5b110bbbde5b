package dev.aroma.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigestsTest {
  private static final String SHA_OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-2, B.1

  @TempDir Path dir;

  @Test
  void textIsDigestedAsUtf8() {
    assertThat(Digests.sha256("abc")).isEqualTo(SHA_OF_ABC);
  }

  @Test
  void filesAndDirectoriesAreDigestedInOrder() throws IOException {
    Path data = Files.createDirectory(dir.resolve("data"));
    Files.writeString(data.resolve("b"), "abc");
    Files.writeString(data.resolve("a"), "");
    Files.createDirectory(data.resolve("c"));
    Path file = Files.write(dir.resolve("big"), new byte[100_000]);
    Map<String, String> digests = Digests.sha256(List.of(data, file));
    assertThat(digests.keySet())
        .containsExactly(
            data.resolve("a").toString(), data.resolve("b").toString(), file.toString());
    assertThat(digests).containsEntry(data.resolve("b").toString(), SHA_OF_ABC);
  }

  @Test
  void missingFileIsTold() {
    assertThatThrownBy(() -> Digests.sha256(List.of(dir.resolve("no"))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("Cannot read");
  }
}
