package dev.aroma.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RunFilesTest {
  private static String told(Exception e) {
    return RunFiles.cannotWrite(Path.of("out"), e).getMessage();
  }

  @Test
  void whatHelpsDependsOnTheReason() {
    assertThat(told(new IOException("No space left on device")))
        .contains("Cannot write out: the disk is full.", "--resume", "#no-space");
    assertThat(told(new AccessDeniedException("out")))
        .contains("no permission", "a directory that you may write to", "#output-not-writable");
    assertThat(told(new NotDirectoryException("out")))
        .contains("a file is in the way", "Give --output a directory.", "#output-not-writable");
    assertThat(told(new IOException("Stale file handle")))
        .contains("Stale file handle", "Check the path and the disk.", "#output-not-writable");
  }
}
