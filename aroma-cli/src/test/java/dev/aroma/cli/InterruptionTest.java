package dev.aroma.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class InterruptionTest {
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
  void afterTheLastWordTheShutdownIsNotHeldUp() {
    interruption.trainingBegins();
    interruption.over();
    interruption.shutdown();
    assertThat(said.size()).isZero();
  }
}
