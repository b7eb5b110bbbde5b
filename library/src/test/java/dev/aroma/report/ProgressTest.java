package dev.aroma.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final AtomicLong clock = new AtomicLong();

  private Progress progress(Progress.Mode mode) {
    return new Progress(out, mode, clock::get, 10, 60);
  }

  private void step(Progress progress, int step, double seconds) {
    clock.addAndGet((long) (seconds * 1e9));
    progress.step(step, 100, 0.5, 5e-4, 2000, 36, 40);
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  @Test
  void lineSaysAllThatMatters() {
    assertThat(
            new ProgressState(7, 600, 0.51234, 5e-4, 12_345, 185, 36, 40, "accuracy 0.8571").line())
        .isEqualTo(
            "step 7/600  loss 0.5123  lr 0.00050  12k tok/s  live 36  rank 40  accuracy 0.8571"
                + "  3:05 left");
  }

  @Test
  void lineLeavesOutWhatIsNotKnown() {
    assertThat(new ProgressState(1, 600, 0.5, 2e-3, 0, Double.NaN, -1, -1, "").line())
        .isEqualTo("step 1/600  loss 0.5000  lr 0.0020");
  }

  @Test
  void numbersAreShort() {
    assertThat(ProgressState.compact(950)).isEqualTo("950");
    assertThat(ProgressState.compact(1234)).isEqualTo("1.2k");
    assertThat(ProgressState.compact(999_499)).isEqualTo("999k");
    assertThat(ProgressState.compact(1_234_000)).isEqualTo("1.2M");
    assertThat(ProgressState.time(6.6)).isEqualTo("7 s");
    assertThat(ProgressState.time(59.7)).isEqualTo("1:00");
    assertThat(ProgressState.time(7385)).isEqualTo("2:03:05");
  }

  @Test
  void plainLinesComeAtIntervalsAndAtTheEnd() {
    try (Progress progress = progress(Progress.Mode.PLAIN)) {
      for (int step = 1; step <= 100; step++) {
        step(progress, step, 0.3);
      }
    }
    assertThat(printed().lines().map(line -> line.substring(0, line.indexOf("  "))))
        .containsExactly("step 1/100", "step 35/100", "step 69/100", "step 100/100");
    assertThat(printed()).doesNotContain("\r").doesNotContain("\u001b");
  }

  @Test
  void liveLineIsWrittenOverAndCutAtTheEdge() {
    try (Progress progress = progress(Progress.Mode.LIVE)) {
      step(progress, 1, 1);
      step(progress, 2, 1);
      step(progress, 3, 0.01);
    }
    String[] lines = printed().split("\r\u001b\\[K", -1);
    assertThat(lines).hasSize(3);
    assertThat(lines[2]).startsWith("step 2/100").endsWith("\n").hasSizeLessThanOrEqualTo(60);
    assertThat(printed().chars().filter(c -> c == '\n').count()).isEqualTo(1);
  }

  @Test
  void messageStandsOnItsOwnLineAboveTheLiveOne() {
    try (Progress progress = progress(Progress.Mode.LIVE)) {
      step(progress, 1, 1);
      progress.message("saved");
    }
    assertThat(printed()).contains("\r\u001b[Ksaved\nstep 1/100").endsWith("\n");
  }

  @Test
  void evaluationIsToldAndStaysInTheLine() {
    Progress progress = progress(Progress.Mode.PLAIN);
    step(progress, 1, 1);
    progress.eval(1, "accuracy", 0.75, 0.8);
    step(progress, 2, 20);
    assertThat(printed())
        .contains("step 1  accuracy 0.7500  best 0.8000\n")
        .containsPattern("step 2/.* accuracy 0\\.7500");
  }

  @Test
  void timeOfAnEvaluationDoesNotSpoilThePace() {
    Progress progress = progress(Progress.Mode.PLAIN);
    step(progress, 1, 50);
    step(progress, 2, 1);
    clock.addAndGet(1_000_000_000_000L);
    progress.eval(2, "accuracy", 0.75, 0.75);
    step(progress, 3, 1);
    assertThat(printed()).contains("step 3/100").contains("2.0k tok/s").contains("1:37 left");
  }

  @Test
  void lossIsSmoothedWithoutABiasToZero() {
    Progress progress = progress(Progress.Mode.PLAIN);
    progress.step(1, 10, 2.0, 1, 10, -1, -1);
    clock.addAndGet(20_000_000_000L);
    progress.step(2, 10, 1.0, 1, 10, -1, -1);
    assertThat(printed()).contains("loss 2.0000").contains("loss 1.4872");
  }

  @Test
  void quietSaysNothing() {
    try (Progress progress = progress(Progress.Mode.QUIET)) {
      step(progress, 1, 1);
      progress.eval(1, "accuracy", 1, 1);
      progress.message("hello");
    }
    assertThat(printed()).isEmpty();
  }

  @Test
  void standardProgressIsPlainWhereTheLauncherFoundNoTerminal() {
    try (Progress progress = Progress.to(out, false)) {
      progress.step(1, 2, 1, 1, 1, -1, -1);
    }
    assertThat(printed()).startsWith("step 1/2").doesNotContain("\r");
    bytes.reset();
    Progress.to(out, true).message("hello");
    assertThat(printed()).isEmpty();
  }
}
