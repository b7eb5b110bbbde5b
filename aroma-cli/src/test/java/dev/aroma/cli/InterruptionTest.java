package dev.aroma.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.aroma.train.TrainingListener;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InterruptionTest {
  private static final TrainingListener.Step STEP =
      new TrainingListener.Step(1, 10, 0.5, 1, 1e-3, 8, 100, 0, 1, 1, 8);

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final Interruption interruption =
      new Interruption(new PrintStream(said, true, StandardCharsets.UTF_8));

  @Test
  void withoutTrainingTheShutdownIsNotHeldUp() {
    interruption.shutdown();
    assertThat(interruption.requested()).isTrue();
    assertThat(said.size()).isZero();
  }

  @Test
  void beforeTheFirstStepThereIsNothingToWaitForNorToPromise() {
    interruption.evaluated(0, "accuracy", Map.of("accuracy", 0.5), 0.5);
    assertTimeoutPreemptively(Duration.ofSeconds(30), interruption::shutdown);
    assertThat(interruption.requested()).isTrue();
    assertThat(said.size()).isZero();
  }

  @Test
  void afterTheFirstStepTheShutdownWaitsUntilAllIsSaved() throws InterruptedException {
    interruption.stepped(STEP);
    Thread hook = new Thread(interruption::shutdown);
    hook.start();
    while (!said.toString(StandardCharsets.UTF_8).contains("will be saved")) {
      Thread.onSpinWait();
    }
    assertThat(hook.isAlive()).isTrue();
    interruption.over();
    hook.join();
    assertThat(said.toString(StandardCharsets.UTF_8)).doesNotContain("not done");
  }

  @Test
  void afterTheLastWordTheShutdownIsNotHeldUp() {
    interruption.stepped(STEP);
    interruption.over();
    interruption.shutdown();
    assertThat(said.size()).isZero();
  }
}
