package dev.aroma.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path directory;

  private void directoryHolds(Path... files) throws IOException {
    try (var list = Files.list(directory)) {
      assertThat(list).containsExactlyInAnyOrder(files);
    }
  }

  @Test
  void theFileAppearsOnlyWhenItIsWhole() {
    Path target = directory.resolve("x");
    AtomicFile.write(
        target,
        channel -> {
          channel.write(ByteBuffer.wrap(new byte[] {1, 2}));
          assertThat(target).doesNotExist();
          channel.write(ByteBuffer.wrap(new byte[] {3}));
        });
    assertThat(target).hasBinaryContent(new byte[] {1, 2, 3});
  }

  @Test
  void theOldContentStaysUntilTheNewOneIsWhole() throws IOException {
    Path target = FileBytes.write(directory.resolve("x"), "old");
    AtomicFile.write(
        target,
        channel -> {
          channel.write(ByteBuffer.wrap(new byte[] {'n'}));
          assertThat(target).hasContent("old");
        });
    assertThat(target).hasContent("n");
    directoryHolds(target);
  }

  @Test
  void anErrorOfTheDiskIsToldAndTheOldFileKept() throws IOException {
    Path target = FileBytes.write(directory.resolve("x"), "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    target,
                    channel -> {
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot write " + target)
        .hasMessageContaining("#no-space");
    assertThat(target).hasContent("old");
    directoryHolds(target);
  }

  @Test
  void anErrorOfTheContentPassesThroughAndTheOldFileIsKept() throws IOException {
    Path target = FileBytes.write(directory.resolve("x"), "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    target,
                    channel -> {
                      throw new AssertionError("mine");
                    }))
        .hasMessage("mine");
    directoryHolds(target);
    assertThat(target).hasContent("old");
  }

  @Test
  void aDirectoryInTheWayIsToldAndNothingIsLeft() throws IOException {
    Path target = directory.resolve("x");
    FileBytes.write(target.resolve("inner"), "kept");
    assertThatThrownBy(() -> AtomicFile.writeText(target, "new"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("#cannot-write");
    assertThat(target.resolve("inner")).hasContent("kept");
    directoryHolds(target);
  }

  @Test
  void missingDirectoriesAreMade() {
    Path target = directory.resolve("a/b/c.txt");
    AtomicFile.writeText(target, "deep");
    assertThat(target).hasContent("deep");
  }

  @Test
  void aDeniedPlaceIsToldInWords() {
    IOException denied = new AccessDeniedException("/x");
    assertThat(AtomicFile.cannotWrite(Path.of("/x/y"), denied))
        .hasMessageContaining("cannot write /x/y: no permission")
        .hasCause(denied);
  }

  @Test
  void aFullDiskIsToldWithWhatHelps() {
    IOException full = new IOException("No space left on device");
    assertThat(AtomicFile.cannotWrite(Path.of("/x/y"), full))
        .hasMessageContaining("cannot write /x/y: the disk is full")
        .hasMessageContaining("--resume")
        .hasMessageContaining("#no-space");
  }

  @Test
  void temporaryNamesAreHiddenBesideTheTargetAndUnique() {
    Path target = directory.resolve("model.safetensors");
    Path first = AtomicFile.besides(target);
    assertThat(first.getParent()).isEqualTo(directory);
    assertThat(first.getFileName().toString()).startsWith(".model.safetensors.").endsWith(".tmp");
    assertThat(AtomicFile.besides(target)).isNotEqualTo(first);
  }

  @Test
  void checksumsAreTheKnownOnes() throws IOException {
    Path hello = FileBytes.write(directory.resolve("hello"), "hello\n");
    assertThat(Digests.sha256(hello))
        .isEqualTo("5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");
    // What `git hash-object` says.
    assertThat(Digests.gitBlob(hello)).isEqualTo("ce013625030ba8dba906f756967f9e9ca394464a");
    Path empty = FileBytes.write(directory.resolve("empty"), "");
    assertThat(Digests.gitBlob(empty)).isEqualTo("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  }
}
