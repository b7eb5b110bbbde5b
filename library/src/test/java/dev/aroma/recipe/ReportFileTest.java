package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportFileTest {
  private final List<String> said = new ArrayList<>();

  private void attempt(Runnable write) {
    ReportFile.attempt(Path.of("run", "report.html"), write, said::add, "aroma report tries again");
  }

  @Test
  void whatKeepsAPageFromBeingWrittenIsToldInOneLineAndCostsNothing() {
    attempt(
        () -> {
          throw new UncheckedIOException("a directory is in the way\nand more", new IOException());
        });
    assertThat(said)
        .containsExactly(
            "no "
                + Path.of("run", "report.html")
                + ": a directory is in the way; aroma report tries again");
  }

  @Test
  void aPageTooLargeForTheHeapCostsNothingEither() {
    attempt(
        () -> {
          throw new OutOfMemoryError("Java heap space");
        });
    assertThat(said).singleElement().asString().contains("Java heap space");
  }

  @Test
  void aPageThatIsWrittenIsNotTalkedOf() {
    attempt(() -> {});
    assertThat(said).isEmpty();
  }
}
