package dev.aroma.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import org.junit.jupiter.api.Test;

class RunFilesTest {
  private static String told(Exception e) {
    return RunFiles.cannotWrite(Path.of("out"), e).getMessage();
  }

  @Test
  void fullDiskIsTold() {
    assertThat(told(new IOException("No space left on device")))
        .contains("Cannot write out: the disk is full")
        .contains("#no-space");
    assertThat(told(new FileSystemException("out", null, "Disk quota exceeded")))
        .contains("#no-space");
    assertThat(told(new IOException("There is not enough space on the disk")))
        .contains("#no-space");
  }

  @Test
  void missingPermissionIsTold() {
    assertThat(told(new AccessDeniedException("out")))
        .contains("no permission")
        .contains("#output-not-writable");
    assertThat(told(new ReadOnlyFileSystemException())).contains("no permission");
    assertThat(told(new FileSystemException("out", null, "Read-only file system")))
        .contains("no permission");
    assertThat(told(new FileSystemException("out", null, "Operation not permitted")))
        .contains("no permission");
  }

  @Test
  void anythingElseIsToldAsTheSystemSaysIt() {
    assertThat(told(new IOException("Stale file handle"))).contains("Stale file handle");
    assertThat(told(new IOException())).contains("IOException");
  }
}
