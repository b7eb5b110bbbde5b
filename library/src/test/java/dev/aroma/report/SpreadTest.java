package dev.aroma.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void deviationIsTheSamples() {
    Spread spread = Spread.of(2, 4, 4, 4, 5, 5, 7, 9);
    assertThat(spread.count()).isEqualTo(8);
    assertThat(spread.mean()).isEqualTo(5);
    assertThat(spread.deviation()).isCloseTo(Math.sqrt(32.0 / 7), within(1e-12));
  }

  @Test
  void oneHasNoDeviation() {
    Spread one = Spread.of(3);
    assertThat(one.mean()).isEqualTo(3);
    assertThat(one.deviation()).isNaN();
    assertThat(one.spreads()).isFalse();
  }

  @Test
  void whatIsNoNumberIsNotCounted() {
    Spread spread = Spread.of(1, Double.NaN, 3);
    assertThat(spread.count()).isEqualTo(2);
    assertThat(spread.mean()).isEqualTo(2);
    assertThat(spread.deviation()).isCloseTo(Math.sqrt(2), within(1e-12));
    assertThat(Spread.of(Double.NaN).mean()).isNaN();
  }
}
