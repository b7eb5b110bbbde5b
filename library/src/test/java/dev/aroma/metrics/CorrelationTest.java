package dev.aroma.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CorrelationTest {
  /** SciPy 1.17.1 on the same x and y in float64; the file's own Pearson was taken in float32. */
  private static final double[] PEARSON_IN_FLOAT64 = {
    0.8409565774845505, 0.8366266768571498, 0.7826956846782527
  };

  @Test
  void agreesWithSciPyAlsoWithTies() throws Exception {
    int compared = 0;
    for (JsonNode one : ReferenceScores.section("scores")) {
      if (one.has("x")) {
        double[] x = ReferenceScores.doubles(one.get("x"));
        double[] y = ReferenceScores.doubles(one.get("y"));
        assertThat(Correlation.pearson(x, y))
            .isEqualTo(PEARSON_IN_FLOAT64[compared], within(1e-12))
            .isEqualTo(one.get("pearson").asDouble(), within(5e-7));
        assertThat(Correlation.spearman(x, y))
            .isEqualTo(one.get("spearman").asDouble(), within(1e-12));
        compared++;
      }
    }
    assertThat(compared).isEqualTo(3);
  }

  @Test
  void equalValuesShareTheAverageOfTheirRanks() {
    assertThat(Correlation.ranks(new double[] {3, 1, 3, 2, 3})).containsExactly(4, 1, 4, 2, 4);
    assertThat(Correlation.ranks(new double[] {0.0, -0.0, 1})).containsExactly(1.5, 1.5, 3);
  }

  @Test
  void spearmanSeesOrderOnly() {
    double[] x = {1, 2, 3, 4};
    double[] y = {1, 10, 100, 1000};
    assertThat(Correlation.spearman(x, y)).isEqualTo(1, within(1e-15));
    assertThat(Correlation.pearson(x, y)).isLessThan(0.9);
  }

  @Test
  void constantPredictionsScoreZero() {
    double[] same = new double[7];
    Arrays.fill(same, 0.1); // their mean rounds to something else
    double[] targets = {1, 2, 3, 4, 5, 6, 7};
    assertThat(Correlation.pearson(same, targets)).isZero();
    assertThat(Correlation.pearson(targets, same)).isZero();
    assertThat(Correlation.spearman(same, targets)).isZero();
  }

  @Test
  void valuesThatAreNotFiniteGiveNaN() {
    double[] targets = {1, 2, 3};
    assertThat(Correlation.pearson(new double[] {1, Double.NaN, 2}, targets)).isNaN();
    assertThat(Correlation.spearman(new double[] {1, Double.POSITIVE_INFINITY, 2}, targets))
        .isNaN();
  }

  @Test
  void doesNotOverflowOnTinySpreads() {
    assertThat(Correlation.pearson(new double[] {1e-160, 2e-160, 3e-160}, new double[] {1, 2, 3}))
        .isBetween(-1.0, 1.0);
  }

  @Test
  void refusesArraysThatDoNotMatch() {
    assertThatThrownBy(() -> Correlation.pearson(new double[2], new double[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 2 and 3 values");
    assertThatThrownBy(() -> Correlation.spearman(new double[1], new double[1]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
