package dev.aroma.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
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
  void fileThatItsHolderDeletedBetweenIsLeftForTheNext() throws IOException {
    Path file = Files.createFile(directory.resolve("lock"));
    AtomicInteger opened = new AtomicInteger();
    Runnable deleting =
        () -> {
          if (opened.incrementAndGet() == 1) {
            assertThat(file.toFile().delete()).isTrue();
          }
        };
    try (ProcessLock lock = ProcessLock.take(file, deleting).orElseThrow()) {
      assertThat(lock).isNotNull();
      assertThat(file).exists();
      assertThat(ProcessLock.take(file)).isEmpty(); // so it is held by this name
    }
    assertThat(opened).hasValueGreaterThan(1);
  }

  @Test
  void aFileThatCannotBeMadeIsToldByItsFailure() {
    assertThatThrownBy(() -> ProcessLock.take(directory.resolve("none/lock")))
        .isInstanceOf(NoSuchFileException.class);
  }
}
