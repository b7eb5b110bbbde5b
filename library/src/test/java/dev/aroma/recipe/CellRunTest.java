package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.report.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cells of a comparison that were cut off. */
class CellRunTest {
  @TempDir Path dir;
  private final List<String> messages = new ArrayList<>();
  private Comparison comparison;
  private Path output;

  @BeforeEach
  void describe() throws IOException {
    output = dir.resolve("out");
    TinyCheckpoint.write(dir.resolve("model"));
    comparison = comparison(6);
  }

  private Comparison comparison(int steps) throws IOException {
    Config base =
        Config.empty()
            .with("model.path", dir.resolve("model").toString(), "test")
            .with("task.name", "text", "test")
            .with("task.data", TinyCheckpoint.texts(dir.resolve("t.csv")).toString(), "test")
            .with("task.max-length", "8", "test")
            .with("train.max-steps", "" + steps, "test")
            .with("train.schedule.warmup", "1", "test")
            .with("engine.device", "cpu", "test");
    return ComparisonConfig.of(base).with("methods", "head").with("seeds", "0").resolve();
  }

  private RunDirectory run(Comparison what, boolean stopped) {
    Cell cell = what.cells().get(0);
    try (CellStore store = CellStore.open(output)) {
      store.prepare(cell);
      Watch watch = new Watch(messages::add, List.of(), () -> stopped);
      CellRun.run(cell.into(store.path(cell)), List.of("test"), watch);
      return RunDirectory.open(store.path(cell));
    }
  }

  @Test
  void cellGoesOnFromItsCheckpoint() {
    run(comparison, true);
    RunDirectory cell = run(comparison, false);
    assertThat(cell.readResult().steps()).isEqualTo(6);
    assertThat(cell.readManifest().resumed()).hasSize(1);
    assertThat(messages).contains("it goes on after step 1");
  }

  @Test
  void cellThatCannotGoOnBeginsAgain() throws IOException {
    Path state = run(comparison, true).checkpoints().resolve("step-000001/state.json");
    Files.writeString(state, "damaged");
    RunDirectory cell = run(comparison, false);
    assertThat(cell.readResult().steps()).isEqualTo(6);
    assertThat(cell.readManifest().resumed()).isEmpty();
    assertThat(messages).anyMatch(text -> text.startsWith("begins again: none of the 1"));
  }

  @Test
  void cellOfOtherOptionsBeginsAgain() throws IOException {
    run(comparison, true);
    RunDirectory cell = run(comparison(7), false);
    assertThat(cell.readResult().steps()).isEqualTo(7);
    assertThat(cell.readManifest().resumed()).isEmpty();
  }
}
