package dev.aroma.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MetricTest {
  private static final int[] LABELS = {0, 1, 1, 0};
  private static final int[] PREDICTIONS = {0, 1, 0, 0};
  private static final double[] TARGETS = {0, 1, 2, 4};
  private static final double[] VALUES = {0, 1, 3, 9};

  @Test
  void everyMetricCallsItsOwnFunction() {
    assertThat(Metric.ACCURACY.score(LABELS, PREDICTIONS)).isEqualTo(0.75);
    assertThat(Metric.F1.score(LABELS, PREDICTIONS))
        .isEqualTo(Classification.f1(LABELS, PREDICTIONS));
    assertThat(Metric.MATTHEWS.score(LABELS, PREDICTIONS))
        .isEqualTo(Classification.matthews(LABELS, PREDICTIONS));
    assertThat(Metric.PEARSON.score(TARGETS, VALUES))
        .isEqualTo(Correlation.pearson(TARGETS, VALUES));
    assertThat(Metric.SPEARMAN.score(TARGETS, VALUES))
        .isEqualTo(Correlation.spearman(TARGETS, VALUES))
        .isGreaterThan(Correlation.pearson(TARGETS, VALUES));
  }

  @Test
  void titlesAreTheNamesInResultFiles() {
    assertThat(Metric.values())
        .extracting(Metric::title)
        .containsExactly("accuracy", "f1", "matthews", "pearson", "spearman");
  }

  @Test
  void knowsWhetherItJudgesClassesOrValues() {
    assertThat(Metric.F1.ofClasses()).isTrue();
    assertThat(Metric.PEARSON.ofClasses()).isFalse();
    assertThatThrownBy(() -> Metric.PEARSON.score(LABELS, PREDICTIONS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pearson judges values, found classes");
    assertThatThrownBy(() -> Metric.ACCURACY.score(TARGETS, VALUES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("accuracy judges classes, found values");
  }
}
