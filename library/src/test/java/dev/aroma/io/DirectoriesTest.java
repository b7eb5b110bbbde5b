package dev.aroma.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoriesTest {
  @TempDir Path directory;

  @Test
  void allInItGoesAndWhatItsLinksLeadToStays() throws IOException {
    Path kept = Files.createDirectory(directory.resolve("kept"));
    Files.writeString(kept.resolve("a"), "a");
    Path gone = Files.createDirectories(directory.resolve("gone/in/it")).getParent().getParent();
    Files.writeString(gone.resolve("in/b"), "b");
    Files.createSymbolicLink(gone.resolve("in/link"), kept);
    Directories.delete(gone);
    assertThat(gone).doesNotExist();
    assertThat(kept.resolve("a")).hasContent("a");
  }
}
