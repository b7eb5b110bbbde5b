package dev.aroma.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  private static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 4, 5, 6, 7);
  @TempDir Path dir;

  @Test
  void defaultNameSaysTaskMethodAndTime() {
    RunDirectory run = RunDirectory.create(dir.resolve("runs"), "mrpc", "aroma", NOW);
    assertThat(run.path()).isDirectory().hasFileName("mrpc-aroma-20260304-050607");
    assertThat(run.adapter()).isEqualTo(run.path().resolve("adapter"));
    assertThat(run.checkpoints()).isEqualTo(run.path().resolve("checkpoints"));
  }

  @Test
  void takenNameGetsANumber() {
    RunDirectory.create(dir, "mrpc", "aroma", NOW);
    RunDirectory.create(dir, "mrpc", "aroma", NOW);
    assertThat(RunDirectory.create(dir, "mrpc", "aroma", NOW).path())
        .hasFileName("mrpc-aroma-20260304-050607-3");
  }

  @Test
  void oddTaskNamesMakePlainDirectories() {
    assertThat(RunDirectory.create(dir, "../my task/é", "aroma", NOW).path())
        .hasParent(dir)
        .hasFileName(".._my_task_-aroma-20260304-050607");
  }

  @Test
  void explicitDirectoryIsMadeOrTakenIfEmpty() throws IOException {
    assertThat(RunDirectory.create(dir.resolve("a/b")).path()).isEmptyDirectory();
    assertThat(RunDirectory.create(dir.resolve("a/b")).path()).isEmptyDirectory();
  }

  @Test
  void directoryThatHoldsARunIsRefusedWithAnotherName() {
    RunDirectory run = RunDirectory.create(dir.resolve("mine"));
    run.writeConfig("seed: 1\n");
    assertThatThrownBy(() -> RunDirectory.create(dir.resolve("mine")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("found a run in " + dir.resolve("mine"))
        .hasMessageContaining("--output " + dir.resolve("mine-2"))
        .hasMessageContaining("#output-holds-a-run");
    assertThat(run.readConfig()).isEqualTo("seed: 1\n");
  }

  @Test
  void directoryThatHoldsOtherFilesIsRefusedAndLeftAlone() throws IOException {
    Path model = Files.createDirectory(dir.resolve("model"));
    Files.writeString(model.resolve("config.json"), "{}");
    assertThatThrownBy(() -> RunDirectory.create(model))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("found config.json in " + model)
        .hasMessageContaining("--output " + model + "-2")
        .hasMessageContaining("#output-not-empty");
    assertThat(model.toFile().list()).containsExactly("config.json");
  }

  @Test
  void runThatIsThereOpens() {
    RunDirectory.create(dir.resolve("mine")).writeConfig("seed: 1\n");
    assertThat(RunDirectory.open(dir.resolve("mine")).readConfig()).isEqualTo("seed: 1\n");
  }

  @Test
  void openingWhatIsNoRunIsTold() {
    assertThatThrownBy(() -> RunDirectory.open(dir.resolve("no")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no such directory");
    assertThatThrownBy(() -> RunDirectory.open(dir))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("none of its files");
  }

  @Test
  void fileInTheWayIsTold() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "x");
    assertThatThrownBy(() -> RunDirectory.create(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("a file is in the way");
    assertThatThrownBy(() -> RunDirectory.create(file.resolve("below")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("a file is in the way");
  }

  @Test
  void missingPermissionIsToldBeforeAnythingRuns() throws IOException {
    Path locked = Files.createDirectory(dir.resolve("locked"));
    assumeFalse(!locked.toFile().setWritable(false) || Files.isWritable(locked), "root may write");
    assertThatThrownBy(() -> RunDirectory.create(locked))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no permission");
  }

  @Test
  void tooLittleSpaceIsToldUpFront() {
    RunDirectory run = RunDirectory.create(dir.resolve("mine"));
    run.requireSpace(1);
    assertThatThrownBy(() -> run.requireSpace(Long.MAX_VALUE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("#no-space");
  }

  @Test
  void filesAreReplacedWholeAndLeaveNothingBehind() throws IOException {
    RunDirectory run = RunDirectory.create(dir.resolve("mine"));
    run.writeConfig("a: long text that was there before\n");
    run.writeConfig("b: 1\n");
    assertThat(run.readConfig()).isEqualTo("b: 1\n");
    try (var files = Files.list(run.path())) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void missingFileOfARunIsTold() {
    RunDirectory run = RunDirectory.create(dir.resolve("mine"));
    assertThatThrownBy(run::readResult)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("result.json")
        .hasMessageContaining("no such file");
  }
}
