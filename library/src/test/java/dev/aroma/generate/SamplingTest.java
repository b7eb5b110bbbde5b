package dev.aroma.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplingTest {
  /** Probabilities 0.5, 0.3, 0.15, 0.05 in a shuffled order, at temperature 1. */
  private static final double[] PROBABILITIES = {0.15, 0.5, 0.05, 0.3};

  private static double[] frequencies(double temperature, int topK, double topP) {
    int rows = 20_000;
    float[] scores = new float[rows * 4];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) Math.log(PROBABILITIES[i % 4]);
    }
    try (Scope scope = Scope.open()) {
      Sampling sampling = new Sampling(Decoding.sampling(1, temperature, topK, topP, 5), rows);
      long[] drawn =
          sampling.draw(Tensor.of(scores, rows, 4), IntStream.range(0, rows).toArray()).longs();
      double[] counts = new double[4];
      for (long id : drawn) {
        counts[(int) id] += 1.0 / rows;
      }
      return counts;
    }
  }

  @Test
  void drawsAsOftenAsProbable() {
    assertThat(frequencies(1, 0, 1)).containsExactly(PROBABILITIES, within(0.012));
  }

  @Test
  void aTemperatureSharpensOrFlattens() {
    double sum = 0.15 * 0.15 + 0.5 * 0.5 + 0.05 * 0.05 + 0.3 * 0.3;
    assertThat(frequencies(0.5, 0, 1))
        .containsExactly(
            new double[] {0.0225 / sum, 0.25 / sum, 0.0025 / sum, 0.09 / sum}, within(0.012));
  }

  @Test
  void topKLeavesTheLikeliest() {
    assertThat(frequencies(1, 2, 1))
        .containsExactly(new double[] {0, 0.625, 0, 0.375}, within(0.012));
    assertThat(frequencies(1, 99, 1)).containsExactly(PROBABILITIES, within(0.012));
  }

  @Test
  void topPLeavesTheFewestThatReachIt() {
    assertThat(frequencies(1, 0, 0.7))
        .containsExactly(new double[] {0, 0.625, 0, 0.375}, within(0.012));
    assertThat(frequencies(1, 0, 0.9))
        .containsExactly(new double[] {0.15 / 0.95, 0.5 / 0.95, 0, 0.3 / 0.95}, within(0.012));
    assertThat(frequencies(1, 0, 0.4)).containsExactly(new double[] {0, 1, 0, 0}, within(1e-9));
  }
}
