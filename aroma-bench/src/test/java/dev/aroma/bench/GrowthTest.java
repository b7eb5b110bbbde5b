package dev.aroma.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GrowthTest {
  private static Growth of(IntToDoubleFunction sample) {
    return Growth.of(IntStream.range(0, 120).mapToDouble(sample).toArray());
  }

  @Test
  void whatStaysIsFlat() {
    Growth growth = of(i -> 500);
    assertThat(growth).isEqualTo(new Growth(500, 500, 0));
    assertThat(growth.flat()).isTrue();
  }

  @Test
  void whatGoesUpAndDownIsFlatEvenIfItsHighestSampleComesLast() {
    Random random = new Random(1);
    assertThat(of(i -> i == 119 ? 700 : 600 + 40 * random.nextDouble()).flat()).isTrue();
  }

  @Test
  void theFirstQuarterDoesNotCount() {
    assertThat(of(i -> i < 30 ? 100 : 500).flat()).isTrue();
  }

  @Test
  void steadyGrowthIsFoundUnderNoise() {
    Random random = new Random(1);
    Growth growth = of(i -> 500 + 0.5 * i + 40 * random.nextDouble());
    assertThat(growth.flat()).isFalse();
    assertThat(growth.change()).isBetween(0.05, 0.11);
  }

  @Test
  void growthThatBeginsLateIsFoundByItsSlope() {
    Growth growth = of(i -> i < 60 ? 520 : 500 + (i - 60));
    assertThat(growth.drift()).isCloseTo(60, within(1e-9));
    assertThat(growth.flat()).isFalse();
  }

  @Test
  void whatShrinksIsFlat() {
    assertThat(of(i -> 500 - i).flat()).isTrue();
  }

  @Test
  void fewSamplesAreNoJudgement() {
    double[] seven = new double[7];
    Arrays.fill(seven, 1);
    assertThatThrownBy(() -> Growth.of(seven))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 7");
  }
}
