package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import dev.aroma.peft.Outcome;
import dev.aroma.report.Event;
import dev.aroma.report.MetricsLog;
import dev.aroma.report.tensorboard.EventReader;
import dev.aroma.report.tensorboard.TensorBoardLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLogTest {
  private static final Event.Start START = new Event.Start(0, "now", "t", "aroma", 9, 99, 1, 10);

  @TempDir Path dir;
  private AdapterRanks now = new AdapterRanks(Map.of("m", 0), Map.of("m", 0.0));

  private TensorBoardLog view;

  private RunLog open() {
    return open(RunLog.NONE);
  }

  private RunLog open(AdapterRanks told) {
    return new RunLog(MetricsLog.append(dir.resolve("metrics.jsonl")), view, 0, () -> now, told);
  }

  private List<Event> read() {
    return MetricsLog.read(dir.resolve("metrics.jsonl"));
  }

  @Test
  void ranksAreToldAtTheBeginningAfterDecisionsAndAtEvaluations() {
    try (RunLog log = open()) {
      log.began(START);
      now = new AdapterRanks(Map.of("m", 1), Map.of("m", 1.0));
      log.happened(new Outcome.Event(5, Outcome.Kind.MERGE, "m", 0.1, 1), 1);
      log.decided(5, 1, 1);
      now = new AdapterRanks(Map.of("m", 1), Map.of("m", 0.9));
      log.evaluated(7, "accuracy", Map.of("accuracy", 0.5), 0.5);
    }
    assertThat(read().stream().map(event -> event.getClass().getSimpleName()))
        .containsExactly("Start", "Ranks", "Merge", "Ranks", "Ranks", "Eval");
    assertThat(read().get(3))
        .isInstanceOfSatisfying(
            Event.Ranks.class,
            ranks -> {
              assertThat(ranks.step()).isEqualTo(5);
              assertThat(ranks.ranks()).isEqualTo(Map.of("m", 1));
              assertThat(ranks.effectiveRanks()).isEqualTo(Map.of("m", 1.0));
            });
  }

  @Test
  void ranksThatDidNotChangeAreNotRepeated() {
    try (RunLog log = open()) {
      log.began(START);
      log.evaluated(7, "accuracy", Map.of("accuracy", 0.5), 0.5);
      log.evaluated(8, "accuracy", Map.of("accuracy", 0.5), 0.5);
    }
    assertThat(read()).filteredOn(Event.Ranks.class::isInstance).hasSize(1);
  }

  /** A method is asked only after it was restored: before, it knows nothing of its ranks. */
  @Test
  void aRunThatGoesOnRepeatsNoRanksThatItsLogHolds() {
    AdapterRanks merged = new AdapterRanks(Map.of("m", 2), Map.of("m", 1.0 / 3));
    try (RunLog log = open()) {
      log.began(START);
      now = merged;
      log.decided(5, 1, 1);
    }
    now = new AdapterRanks(Map.of("m", 0), Map.of("m", 0.0));
    try (RunLog log = open(RunLog.lastOf(read()))) {
      log.began(new Event.Start(7, "now", "t", "aroma", 9, 99, 1, 10));
      now = merged;
      log.evaluated(8, "accuracy", Map.of("accuracy", 0.5), 0.5);
    }
    assertThat(read()).filteredOn(Event.Ranks.class::isInstance).hasSize(2);
    assertThat(RunLog.lastOf(List.of())).isEqualTo(RunLog.NONE);
  }

  @Test
  void tensorBoardGetsTheSame() throws IOException {
    view = new TensorBoardLog(dir.resolve("tensorboard"), text -> {});
    try (RunLog log = open()) {
      log.began(START);
      log.evaluated(7, "accuracy", Map.of("accuracy", 0.5), 0.5);
    }
    Path file;
    try (Stream<Path> files = Files.list(dir.resolve("tensorboard"))) {
      file = files.findFirst().orElseThrow();
    }
    assertThat(EventReader.read(Files.readAllBytes(file)))
        .anySatisfy(
            read -> {
              assertThat(read.step()).isEqualTo(7);
              assertThat(read.scalars()).containsEntry("eval/accuracy", 0.5f);
            });
  }

  @Test
  void linesAreForcedToDiskBeforeACheckpointIsWritten() {
    RunLog log = open();
    log.began(START);
    log.checkpointing(1);
    log.close();
    assertThatThrownBy(() -> log.checkpointing(2))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("metrics.jsonl");
  }

  @Test
  void methodWithoutRanksHasNone() {
    now = new AdapterRanks(Map.of(), Map.of());
    try (RunLog log = open()) {
      log.began(START);
      log.evaluated(7, "accuracy", Map.of("accuracy", 0.5), 0.5);
    }
    assertThat(read()).noneMatch(Event.Ranks.class::isInstance);
  }
}
