package dev.aroma.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.tensor.Device;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadingsTest {
  private Readings readings;

  @BeforeEach
  void open() {
    readings = new Readings(3, Device.CPU);
  }

  @AfterEach
  void close() {
    readings.close();
  }

  private static TrainingListener.Step step(int number) {
    return new TrainingListener.Step(
        number, 9, Double.NaN, Double.NaN, 0.1, 50, Double.NaN, Double.NaN, 1, 2, 3);
  }

  private void note(int number, double norm, double... losses) {
    try (Scope scope = Scope.open()) {
      for (double loss : losses) {
        readings.loss(Tensor.of(new float[] {(float) loss}).view(), 1.0 / losses.length);
      }
      readings.step(Tensor.of(new float[] {(float) norm}).view(), step(number));
    }
  }

  @Test
  void stepsComeInOrderEachWithItsOwnNumbers() {
    note(1, 4, 0.5);
    note(2, 5, 0.25, 0.75);
    List<TrainingListener.Step> read = readings.read();
    assertThat(read).extracting(TrainingListener.Step::step).containsExactly(1, 2);
    assertThat(read).extracting(TrainingListener.Step::loss).containsExactly(0.5, 0.5);
    assertThat(read).extracting(TrainingListener.Step::gradientNorm).containsExactly(4.0, 5.0);
    assertThat(read.get(1).totalRank()).as("the rest stays").isEqualTo(2);
  }

  @Test
  void whatWasReadIsNotReadAgainAndDoesNotAddToWhatComesNext() {
    note(1, 4, 0.5);
    readings.read();
    assertThat(readings.read()).isEmpty();
    note(2, 5, 0.25);
    assertThat(readings.read().get(0).loss()).isEqualTo(0.25);
  }

  @Test
  void itIsFullAfterItsCapacity() {
    note(1, 1, 1);
    note(2, 1, 1);
    assertThat(readings.full()).isFalse();
    note(3, 1, 1);
    assertThat(readings.full()).isTrue();
    readings.read();
    assertThat(readings.full()).isFalse();
  }

  @Test
  void theTimeOfAFewStepsIsSharedOutEvenly() {
    note(1, 1, 1);
    note(2, 1, 1);
    List<TrainingListener.Step> read = readings.read();
    double window = 100 / read.get(0).tokensPerSecond(); // 100 tokens in it
    assertThat(read.get(0).secondsAgo()).isCloseTo(window / 2, within(1e-9));
    assertThat(read.get(1).secondsAgo()).isZero();
    assertThat(read.get(1).tokensPerSecond()).isEqualTo(read.get(0).tokensPerSecond());
  }

  @Test
  void aNumberThatIsNoneStaysWithItsStep() {
    note(1, 1, 1);
    note(2, Double.POSITIVE_INFINITY, Double.NaN);
    List<TrainingListener.Step> read = readings.read();
    assertThat(read.get(0).loss()).isEqualTo(1);
    assertThat(read.get(1).loss()).isNaN();
    assertThat(read.get(1).gradientNorm()).isInfinite();
  }
}
