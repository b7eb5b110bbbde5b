package dev.aroma.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessLockTest {
  @TempDir Path directory;

  @Test
  void onlyOneHoldsItAtATime() throws IOException {
    Path file = directory.resolve("lock");
    try (ProcessLock lock = ProcessLock.take(file).orElseThrow()) {
      assertThat(lock).isNotNull();
      assertThat(ProcessLock.take(file)).isEmpty();
      assertThat(ProcessLock.take(file)).isEmpty();
    }
    ProcessLock.take(file).orElseThrow().close();
    assertThat(file).exists();
  }

  @Test
  void aFileThatCannotBeMadeIsToldByItsFailure() {
    assertThatThrownBy(() -> ProcessLock.take(directory.resolve("none/lock")))
        .isInstanceOf(NoSuchFileException.class);
  }
}
