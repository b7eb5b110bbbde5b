package dev.aroma.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class EffectiveRankTest {
  @Test
  void agreesWithTheReferenceWithinItsFloat32() throws Exception {
    JsonNode cases = ReferenceScores.section("effective_rank");
    assertThat(cases).hasSize(3);
    for (JsonNode one : cases) {
      // The reference took logarithms in float32: it gives 2.0000000038 for two equal values.
      assertThat(EffectiveRank.of(ReferenceScores.doubles(one.get("singular_values"))))
          .isEqualTo(one.get("erank").asDouble(), within(5e-7));
    }
  }

  @Test
  void isTheCountOfEqualValues() {
    assertThat(EffectiveRank.of(new double[] {7, 7, 7})).isEqualTo(3, within(1e-12));
    assertThat(EffectiveRank.of(new double[] {5, 0, 0})).isEqualTo(1, within(1e-12));
  }

  @Test
  void matchesTheFormulaByHand() {
    double p = 0.75;
    assertThat(EffectiveRank.of(new double[] {3, 1}))
        .isEqualTo(Math.exp(-p * Math.log(p) - 0.25 * Math.log(0.25)), within(1e-12));
  }

  @Test
  void doesNotDependOnScale() {
    double expected = EffectiveRank.of(new double[] {3, 1, 0.5});
    assertThat(EffectiveRank.of(new double[] {3e-310, 1e-310, 0.5e-310}))
        .isEqualTo(expected, within(1e-9));
    assertThat(EffectiveRank.of(new double[] {1.2e308, 0.4e308, 0.2e308}))
        .isEqualTo(expected, within(1e-12));
  }

  @Test
  void theZeroMatrixHasNone() {
    assertThat(EffectiveRank.of(new double[] {0, 0})).isZero();
    assertThat(EffectiveRank.of(new double[0])).isZero();
  }

  @Test
  void refusesWhatIsNoSingularValue() {
    assertThatThrownBy(() -> EffectiveRank.of(new double[] {1, -0.5}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-0.5");
    assertThatThrownBy(() -> EffectiveRank.of(new double[] {Double.NaN}))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
