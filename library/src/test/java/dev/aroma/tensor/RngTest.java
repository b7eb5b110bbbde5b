package dev.aroma.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RngTest {
  @Test
  void theSameSeedGivesTheSameValues() {
    try (Scope scope = Scope.open()) {
      float[] first = new Rng(5).normal(1, 10).floats();
      assertThat(new Rng(5).normal(1, 10).floats()).containsExactly(first);
      assertThat(new Rng(6).normal(1, 10).floats()).isNotEqualTo(first);
    }
  }

  @Test
  void streamsDependOnTheirNameAlone() {
    try (Scope scope = Scope.open()) {
      Rng used = new Rng(5);
      used.uniform(0, 1, 100);
      float[] first = new Rng(5).stream("a").uniform(0, 1, 4).floats();
      assertThat(used.stream("a").uniform(0, 1, 4).floats()).containsExactly(first);
      assertThat(used.stream("b").uniform(0, 1, 4).floats()).isNotEqualTo(first);
    }
  }

  @Test
  void valuesStayInTheirRangeAndFillIt() {
    try (Scope scope = Scope.open()) {
      float[] values = new Rng(1).uniform(-0.5, 0.5, 10_000).floats();
      double sum = 0;
      for (float value : values) {
        assertThat(value).isBetween(-0.5f, 0.5f);
        sum += value;
      }
      assertThat(Math.abs(sum / values.length)).isLessThan(0.01);
      float[] normal = new Rng(1).normal(2, 10_000).floats();
      double squares = 0;
      for (float value : normal) {
        squares += value * value;
      }
      assertThat(Math.sqrt(squares / normal.length)).isBetween(1.95, 2.05);
    }
  }
}
