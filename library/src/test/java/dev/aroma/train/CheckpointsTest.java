package dev.aroma.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import dev.aroma.io.AtomicFile;
import dev.aroma.nn.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What gives way on a full disk. */
class CheckpointsTest {
  @TempDir Path directory;
  private Checkpoints checkpoints;
  private int attempts;

  @BeforeEach
  void three() {
    ScheduleOptions schedule =
        new ScheduleOptions(ScheduleOptions.Shape.CONSTANT, 0, 0, 0.1, false);
    checkpoints =
        Checkpoints.in(
            directory,
            new TrainOptions(null, 9, 4, 1, 0.01, null, 0, 1, schedule, 0, 32, 1, 5, 1, 3));
    for (int step = 1; step <= 3; step++) {
      checkpoints.write(step, new State());
    }
    assertThat(names()).hasSize(3);
  }

  private List<String> names() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As a disk that has room only when the old checkpoints are gone. */
  private void save() {
    attempts++;
    if (names().size() > 1) {
      throw AtomicFile.cannotWrite(Path.of("adapter"), new IOException("No space left on device"));
    }
  }

  @Test
  void oldCheckpointsMakeRoomForTheAdapter() {
    checkpoints.makingRoom(this::save);
    assertThat(attempts).isEqualTo(2);
    assertThat(names()).containsExactly("step-000003");
  }

  @Test
  void nothingGoesWhereThereIsRoom() {
    checkpoints.makingRoom(() -> attempts++);
    assertThat(attempts).isEqualTo(1);
    assertThat(names()).hasSize(3);
  }

  @Test
  void nothingGoesForWhatRoomWouldNotMend() {
    InputException other = new InputException("another reason", "", "cannot-write");
    assertThatThrownBy(
            () ->
                checkpoints.makingRoom(
                    () -> {
                      throw other;
                    }))
        .isSameAs(other);
    assertThat(names()).hasSize(3);
  }

  @Test
  void ofARunWithoutCheckpointsNothingIsRemoved() {
    assertThatThrownBy(() -> Checkpoints.NONE.makingRoom(this::save))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the disk is full");
    assertThat(attempts).isEqualTo(1);
  }

  @Test
  void theNewestStaysAlsoIfThereIsNoRoomEvenThen() {
    assertThatThrownBy(
            () ->
                checkpoints.makingRoom(
                    () -> {
                      throw AtomicFile.cannotWrite(Path.of("adapter"), new IOException("full"));
                    }))
        .hasMessageContaining("adapter");
    assertThat(names()).containsExactly("step-000003");
  }
}
