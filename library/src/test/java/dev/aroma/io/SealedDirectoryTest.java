package dev.aroma.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedDirectoryTest {
  @TempDir Path dir;
  private Path target;

  @BeforeEach
  void nameIt() {
    target = dir.resolve("some/where");
  }

  private void write(String text) {
    SealedDirectory.write(target, inside -> AtomicFile.writeText(inside.resolve("a.txt"), text));
  }

  private void verify() {
    SealedDirectory.verify(target, List.of("a.txt"));
  }

  private List<String> beside() throws IOException {
    try (Stream<Path> files = Files.list(target.getParent())) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void whatWasWrittenIsThereAndSound() throws IOException {
    write("one");
    verify();
    write("two");
    verify();
    assertThat(target.resolve("a.txt")).hasContent("two");
    assertThat(beside()).containsExactly("where");
  }

  @Test
  void whatFailsLeavesWhatWasThere() throws IOException {
    write("one");
    assertThatThrownBy(
            () ->
                SealedDirectory.write(
                    target,
                    inside -> {
                      AtomicFile.writeText(inside.resolve("a.txt"), "half");
                      throw new IllegalStateException("no space left");
                    }))
        .hasMessage("no space left");
    verify();
    assertThat(target.resolve("a.txt")).hasContent("one");
    assertThat(beside()).containsExactly("where");
  }

  @Test
  void everyChangeIsNoticed() throws IOException {
    write("one");
    Files.writeString(target.resolve("a.txt"), "onE");
    assertThatThrownBy(this::verify)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("another SHA-256");
    Files.writeString(target.resolve("a.txt"), "one more");
    assertThatThrownBy(this::verify).hasMessageContaining("has 8 bytes, expected 3");
    Files.delete(target.resolve("a.txt"));
    assertThatThrownBy(this::verify).hasMessageContaining("no such file");
    assertThatThrownBy(() -> SealedDirectory.verify(target, List.of("b.txt")))
        .hasMessageContaining("has no digest");
  }

  @Test
  void numbersComeBackBitByBit() {
    double[] values = {
      0.1, -0.0, Double.MIN_VALUE, 1e300, Double.NaN, Double.NEGATIVE_INFINITY, 1L << 53
    };
    SnapshotFiles.write(target, Map.of("x", values, "none", new double[0]), List.of());
    try (SnapshotFiles files = SnapshotFiles.open(target)) {
      assertThat(files.numbers().get("x")).isEqualTo(values);
      assertThat(files.numbers().get("none")).isEmpty();
      assertThat(files.tensors().names()).isEmpty();
    }
  }

  @Test
  void anotherFormatIsToldAsSuch() throws IOException {
    SnapshotFiles.write(target, Map.of(), List.of());
    Path state = target.resolve("state.json");
    String text = Files.readString(state);
    Files.writeString(state, text.replace("\"version\":1", "\"version\":2"));
    assertThatThrownBy(() -> SnapshotFiles.open(target))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("found aroma-checkpoint, version 2")
        .hasMessageContaining("#checkpoint-version");
    Files.writeString(state, "{}");
    assertThatThrownBy(() -> SnapshotFiles.open(target)).hasMessageContaining("found none");
  }
}
