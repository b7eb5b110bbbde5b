package dev.aroma.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {
  @TempDir Path dir;

  @Test
  void onlyOneAtATimeWorksOnARun() {
    RunDirectory run = RunDirectory.create(dir.resolve("run"));
    try (RunLock lock = RunLock.take(run)) {
      assertThat(lock).isNotNull();
      assertThatThrownBy(() -> RunLock.take(run))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("#run-in-use");
    }
    RunLock.take(run).close();
    assertThat(run.path()).isEmptyDirectory();
  }

  @Test
  void lockThatAKilledProcessLeftIsNoRun() throws IOException {
    RunDirectory run = RunDirectory.create(dir.resolve("run"));
    Files.createFile(run.path().resolve(".lock"));
    RunLock.take(RunDirectory.create(run.path())).close();
  }
}
