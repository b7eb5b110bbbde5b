package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.recipe.CellRunner.CellFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A shell in the place of Aroma. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class ChildProcessTest {
  @TempDir Path directory;
  private final List<String> progress = new ArrayList<>();

  private void run(String script, Path log) throws CellFailure, IOException {
    RunOptions options =
        Recipes.withOutput(Recipes.bind(Config.empty()), directory.resolve("output"));
    new ChildProcess(List.of("sh", "-c", script))
        .run(options, directory.resolve("config"), log, progress::add, () -> false);
  }

  @Test
  void whatItSaysIsLoggedAndItsStepsAreTold() throws Exception {
    Path log = directory.resolve("log");
    run("echo begins; echo step 1/2; echo oops >&2; echo $0 $1", log);
    assertThat(log)
        .hasContent(
            "begins\nstep 1/2\noops\n%s %s\n"
                .formatted(directory.resolve("config"), directory.resolve("output")));
    assertThat(progress).containsExactly("step 1/2");
  }

  @Test
  void itsMistakeOrElseItsExitCodeIsWhyItFailed() {
    Path log = directory.resolve("log");
    assertThatThrownBy(() -> run("echo aroma: no data; echo 'Give some.'; exit 1", log))
        .isInstanceOf(CellFailure.class)
        .hasMessage("no data\nGive some.");
    assertThatThrownBy(() -> run("exit 9", log))
        .isInstanceOf(CellFailure.class)
        .hasMessageContaining("exit code 9")
        .hasMessageContaining(log.toString());
  }

  @Test
  void withoutItsLogItIsNotStarted() {
    Path ran = directory.resolve("ran");
    assertThatThrownBy(() -> run("touch " + ran, directory.resolve("none/log")))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(Files.exists(ran)).isFalse();
  }
}
