package dev.aroma.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class ClassificationTest {
  @Test
  void agreesWithScikitLearn() throws Exception {
    JsonNode cases = ReferenceScores.section("scores");
    assertThat(cases).hasSizeGreaterThanOrEqualTo(4);
    for (JsonNode one : cases) {
      int[] labels = ReferenceScores.ints(one.get("labels"));
      int[] predictions = ReferenceScores.ints(one.get("predictions"));
      assertThat(Classification.accuracy(labels, predictions))
          .isEqualTo(one.get("accuracy").asDouble(), within(1e-12));
      assertThat(Classification.f1(labels, predictions))
          .isEqualTo(one.get("f1").asDouble(), within(1e-12));
      assertThat(Classification.matthews(labels, predictions))
          .isEqualTo(one.get("matthews").asDouble(), within(1e-12));
    }
  }

  @Test
  void matthewsOfThreeClassesFollowsItsDefinition() {
    int[] labels = {0, 0, 1, 1, 2, 2};
    int[] predictions = {0, 2, 0, 1, 0, 2};
    // c = 3, s = 6, t = (2, 2, 2), p = (3, 1, 2)
    assertThat(Classification.matthews(labels, predictions))
        .isEqualTo((3 * 6 - 12) / Math.sqrt(22.0 * 24.0), within(1e-12));
  }

  @Test
  void matthewsIsMinusOneWhenEveryBinaryAnswerIsWrong() {
    assertThat(Classification.matthews(new int[] {0, 1, 0, 1}, new int[] {1, 0, 1, 0}))
        .isEqualTo(-1, within(1e-12));
  }

  @Test
  void degenerateCasesAreZeroAndNotNaN() {
    assertThat(Classification.matthews(new int[] {0, 1, 0}, new int[] {1, 1, 1})).isZero();
    assertThat(Classification.matthews(new int[] {2, 2}, new int[] {0, 1})).isZero();
    assertThat(Classification.f1(new int[] {0, 0}, new int[] {0, 0})).isZero();
    assertThat(Classification.f1(new int[] {1, 1}, new int[] {0, 0})).isZero();
  }

  @Test
  void refusesArraysThatDoNotMatch() {
    assertThatThrownBy(() -> Classification.accuracy(new int[2], new int[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 labels and 3 predictions");
    assertThatThrownBy(() -> Classification.f1(new int[0], new int[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Classification.matthews(new int[] {-1, 0}, new int[] {0, 0}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found -1");
  }
}
