package dev.aroma.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
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
}
