package dev.aroma.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsLogTest {
  private static final Event START =
      new Event.Start(0, "2026-03-04T05:06:07Z", "mrpc", "aroma", 100, 3668, 72, 165_888);

  @TempDir Path dir;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = dir.resolve("metrics.jsonl");
  }

  private static Event step(int step) {
    return new Event.Step(step, step / 2.0, 0.69, 5e-4, 1000, 72, 72, 165_888);
  }

  private void write(Event... events) {
    try (MetricsLog log = MetricsLog.append(file)) {
      for (Event event : events) {
        log.write(event);
      }
    }
  }

  private void tear(String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.APPEND);
  }

  @Test
  void everyEventComesBack() {
    Event[] events = {
      START,
      step(1),
      new Event.Eval(2, 1, "f1", 0.88, Map.of("f1", 0.88, "accuracy", 0.85)),
      new Event.InnerConverged(3, 1.5, 1, "encoder.layer.0.attention.self.query", -0.01),
      new Event.Merge(4, 2, 1, "encoder.layer.0.attention.self.query", 1, 0.02),
      new Event.Freeze(4, 2, 1, "encoder.layer.1.output.dense", 0, 0.001),
      new Event.Ranks(4, 2, Map.of("encoder.layer.0.output.dense", 2), Map.of("a", 1.5)),
      new Event.Checkpoint(4, 2.1, "checkpoints/step-4"),
      new Event.End(5, 3, Stopped.MAX_STEPS)
    };
    write(events);
    assertThat(MetricsLog.read(file)).containsExactly(events);
  }

  @Test
  void lineIsJsonWithTheKindFirstAndSnakeCaseKeys() throws IOException {
    write(step(7), new Event.End(7, 4, Stopped.CONVERGED));
    assertThat(Files.readAllLines(file))
        .containsExactly(
            "{\"event\":\"step\",\"step\":7,\"seconds\":3.5,\"loss\":0.69,\"learning_rate\":5.0E-4,"
                + "\"tokens_per_second\":1000.0,\"live_modules\":72,\"total_rank\":72,\"live_parameters\":165888}",
            "{\"event\":\"end\",\"step\":7,\"seconds\":4.0,\"stopped\":\"converged\"}");
  }

  @Test
  void eventIsOnDiskBeforeTheLogIsClosed() {
    try (MetricsLog log = MetricsLog.append(file)) {
      log.write(START);
      assertThat(MetricsLog.read(file)).containsExactly(START);
    }
  }

  @Test
  void lossThatIsNoNumberSurvives() {
    Event event = new Event.Step(1, 1, Double.NaN, 1, Double.POSITIVE_INFINITY, 0, 0, 0);
    write(event);
    assertThat(MetricsLog.read(file)).containsExactly(event);
  }

  @Test
  void tornLastLineIsLeftOut() throws IOException {
    write(START, step(1));
    tear("{\"event\":\"step\",\"step\":2,\"sec");
    assertThat(MetricsLog.read(file)).containsExactly(START, step(1));
  }

  @Test
  void appendingAfterATornLineCutsItOff() throws IOException {
    write(START, step(1));
    tear("{\"event\":\"st");
    write(step(2));
    assertThat(MetricsLog.read(file)).containsExactly(START, step(1), step(2));
  }

  @Test
  void wholeLastLineThatLacksOnlyItsEndIsKept() throws IOException {
    write(START);
    tear("{\"event\":\"end\",\"step\":1,\"seconds\":1,\"stopped\":\"epochs\"}");
    write(step(2));
    assertThat(MetricsLog.read(file))
        .containsExactly(START, new Event.End(1, 1, Stopped.EPOCHS), step(2));
  }

  @Test
  void resumedRunReplacesWhatWasBeyondItsCheckpoint() {
    Event again = new Event.Start(1, "2026-03-04T06:06:07Z", "mrpc", "aroma", 100, 3668, 72, 1);
    write(START, step(1), step(2), step(3), again, step(2));
    assertThat(MetricsLog.read(file)).containsExactly(START, step(1), again, step(2));
  }

  @Test
  void damagedLineInTheMiddleIsToldWithItsNumber() throws IOException {
    write(START);
    tear("not json\n");
    write(step(1));
    assertThatThrownBy(() -> MetricsLog.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("metrics.jsonl, line 2")
        .hasMessageContaining("#run-files");
  }

  @Test
  void lineWithMissingOrForeignContentIsTold() throws IOException {
    for (String line :
        List.of(
            "null",
            "[]",
            "{\"event\":\"step\",\"step\":1}",
            "{\"event\":\"boom\",\"step\":1}",
            "{\"event\":\"java.net.URL\",\"step\":1}",
            "{\"event\":\"end\",\"step\":1,\"seconds\":1,\"stopped\":\"tired\"}")) {
      Files.writeString(file, line + "\n");
      assertThatThrownBy(() -> MetricsLog.read(file))
          .as(line)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("line 1");
    }
  }

  @Test
  void keysOfANewerVersionArePassedOver() throws IOException {
    Files.writeString(
        file, "{\"event\":\"checkpoint\",\"step\":1,\"seconds\":1,\"path\":\"p\",\"new\":[1]}\n");
    assertThat(MetricsLog.read(file)).containsExactly(new Event.Checkpoint(1, 1, "p"));
  }

  @Test
  void fullDiskIsTold() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "no /dev/full here");
    try (MetricsLog log = MetricsLog.append(full)) {
      assertThatThrownBy(() -> log.write(START))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("the disk is full")
          .hasMessageContaining("#no-space");
    }
  }

  @Test
  void missingLogIsTold() {
    assertThatThrownBy(() -> MetricsLog.read(file)).hasMessageContaining("no such file");
    assertThatThrownBy(() -> MetricsLog.append(dir.resolve("no/such/metrics.jsonl")))
        .isInstanceOf(InputException.class);
  }

  private static Event.Checkpoint checkpoint(int step) {
    return new Event.Checkpoint(step, step / 2.0, "checkpoints/step-" + step);
  }

  @Test
  void runThatGoesOnCutsOffWhatCameAfterItsCheckpoint() throws IOException {
    Event finished = new Event.Merge(2, 1, 1, "encoder.query", 1, 0.02);
    write(START, step(1), checkpoint(1), step(2), checkpoint(2), finished, step(3));
    tear("{\"event\":\"st");
    try (MetricsLog log = MetricsLog.resume(file, checkpoint(2))) {
      log.write(step(3));
      log.force();
    }
    assertThat(MetricsLog.read(file))
        .containsExactly(START, step(1), checkpoint(1), step(2), checkpoint(2), step(3));
  }

  @Test
  void checkpointWhoseLineWasNeverWrittenGetsOne() throws IOException {
    write(START, step(1), step(2));
    tear("{\"event\":\"checkpoint\",");
    MetricsLog.resume(file, checkpoint(2)).close();
    assertThat(MetricsLog.read(file)).containsExactly(START, step(1), step(2), checkpoint(2));
  }

  @Test
  void runThatBeginsAgainBeginsWithAnEmptyLog() {
    write(START, step(1));
    MetricsLog.resume(file, null).close();
    assertThat(MetricsLog.read(file)).isEmpty();
    assertThat(file).isEmptyFile();
  }

  @Test
  void damageBeforeTheCheckpointIsRefused() throws IOException {
    write(START, step(1));
    tear("nonsense\n");
    assertThatThrownBy(() -> MetricsLog.resume(file, checkpoint(2)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("line 3");
  }
}
