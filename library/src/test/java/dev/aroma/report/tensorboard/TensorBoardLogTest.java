package dev.aroma.report.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.report.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardLogTest {
  private static final Event.Start START = start(0);

  @TempDir Path dir;
  private final List<String> messages = new ArrayList<>();

  private static Event.Start start(int step) {
    return new Event.Start(step, "now", "t", "aroma", 9, 99, 1, 10);
  }

  private static Event.Step step(int step, int modules, int rank) {
    return new Event.Step(step, 1.5, 0.25, 5e-4, 1000, modules, rank, 41_472);
  }

  private void write(Event... events) {
    try (TensorBoardLog log = new TensorBoardLog(dir.resolve("tensorboard"), messages::add)) {
      for (Event event : events) {
        log.write(event);
      }
    }
  }

  private List<Path> files() {
    try (Stream<Path> all = Files.list(dir.resolve("tensorboard"))) {
      return all.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<EventReader.Read> read(Path file) {
    try {
      return EventReader.read(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** CRC-32C's check value for "123456789" is 0xE3069283; here masked as TFRecord does. */
  @Test
  void checksumIsThePublishedOne() {
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
    int crc = 0xE3069283;
    int masked = (crc >>> 15 | crc << 17) + 0xa282ead8;
    assertThat(EventFile.maskedChecksum(digits, 0, 9)).isEqualTo(masked);
    assertThat(EventReader.masked(digits)).isEqualTo(masked);
  }

  @Test
  void fileBeginsWithItsVersionAndIsNamedAsTensorBoardLooksForIt() {
    write(START);
    assertThat(files()).hasSize(1);
    assertThat(files().get(0).getFileName().toString())
        .matches("events\\.out\\.tfevents\\.\\d{10}\\.aroma\\.0");
    EventReader.Read first = read(files().get(0)).get(0);
    assertThat(first.version()).isEqualTo("brain.Event:2");
    assertThat(first.step()).isZero();
    assertThat(first.wallTime()).isCloseTo(System.currentTimeMillis() / 1e3, within(600.0));
  }

  @Test
  void stepsEvaluationsAndRanksAreScalars() {
    write(
        START,
        new Event.Ranks(0, 0, Map.of("a", 0), Map.of("a", 0.0)),
        step(1, 36, 72),
        new Event.Merge(1, 2, 1, "a", 1, 0.1),
        new Event.Ranks(1, 2, Map.of("a", 1, "b", 3), Map.of("a", 1.0, "b", 2.5)),
        new Event.Eval(300, 3, "f1", 0.88, Map.of("f1", 0.88, "accuracy", 0.85)));
    List<EventReader.Read> read = read(files().get(0));
    assertThat(read).hasSize(5);
    assertThat(read.get(2).step()).isEqualTo(1);
    assertThat(read.get(2).scalars())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "train/loss", 0.25f,
                "train/learning_rate", 5e-4f,
                "train/tokens_per_second", 1000f,
                "adapter/live_parameters", 41_472f,
                "adapter/live_modules", 36f,
                "adapter/total_rank", 72f));
    assertThat(read.get(3).scalars()).isEqualTo(Map.of("adapter/effective_rank", 1.75f));
    assertThat(read.get(4).step()).isEqualTo(300);
    assertThat(read.get(4).scalars()).isEqualTo(Map.of("eval/f1", 0.88f, "eval/accuracy", 0.85f));
    assertThat(read).allMatch(event -> event.session() == 0);
  }

  @Test
  void methodWithoutRanksHasNoCurveOfThem() {
    write(START, step(1, 0, 0));
    assertThat(read(files().get(0)).get(1).scalars())
        .containsKey("train/loss")
        .doesNotContainKeys("adapter/total_rank", "adapter/live_modules");
  }

  @Test
  void stepIsThereBeforeTheLogIsClosed() {
    try (TensorBoardLog log = new TensorBoardLog(dir.resolve("tensorboard"), messages::add)) {
      log.write(START);
      log.write(step(1, 1, 1));
      assertThat(read(files().get(0))).hasSize(2);
    }
  }

  @Test
  void runThatGoesOnTakesBackWhatItHadDoneBeyondItsCheckpoint() {
    write(START, step(1, 1, 1), step(2, 1, 1));
    write(start(1), step(2, 1, 1));
    assertThat(files()).hasSize(2);
    EventReader.Read session = read(files().get(1)).get(1);
    assertThat(session.session()).as("SessionLog.START").isEqualTo(1);
    assertThat(session.step()).isEqualTo(1);
  }

  @Test
  void failureIsToldOnceAndStopsNothing() throws IOException {
    Files.writeString(dir.resolve("tensorboard"), "a file in the way");
    write(START, step(1, 1, 1), step(2, 1, 1));
    assertThat(messages).hasSize(1);
    assertThat(messages.get(0)).contains("TensorBoard", dir.resolve("tensorboard").toString());
  }
}
