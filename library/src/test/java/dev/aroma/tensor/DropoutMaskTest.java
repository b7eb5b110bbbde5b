package dev.aroma.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutMaskTest {
  private static final int COUNT = 1_000_003; // not a multiple of anything

  private static float[] mask(long seed, double probability) {
    try (Scope scope = Scope.open()) {
      Engine.seed(seed);
      return Ops.kept(probability, DType.F32, COUNT).floats();
    }
  }

  private static double mean(float[] values, int every, int from) {
    double sum = 0;
    int count = 0;
    for (int i = from; i < values.length; i += every) {
      sum += values[i];
      count++;
    }
    return sum / count;
  }

  /** Five deviations of a binomial; also in each of the four places that a long gives. */
  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.1, 0.5, 0.9})
  void shareThatIsKeptIsTheOneAskedFor(double probability) {
    float[] mask = mask(3, probability);
    assertThat(mask).containsOnly(0, 1);
    double deviation = Math.sqrt(probability * (1 - probability) / COUNT);
    assertThat(mean(mask, 1, 0)).isCloseTo(1 - probability, Offset.offset(5 * deviation));
    for (int place = 0; place < 4; place++) {
      assertThat(mean(mask, 4, place)).isCloseTo(1 - probability, Offset.offset(10 * deviation));
    }
  }

  @Test
  void neighboursAreIndependent() {
    float[] mask = mask(4, 0.5);
    for (int far : new int[] {1, 2, 3, 4, 1024, 4096}) {
      int same = 0;
      for (int i = 0; i + far < COUNT; i++) {
        same += mask[i] == mask[i + far] ? 1 : 0;
      }
      assertThat((double) same / (COUNT - far)).isCloseTo(0.5, Offset.offset(0.0025));
    }
  }

  @Test
  void seedDecides() {
    assertThat(mask(5, 0.1)).isEqualTo(mask(5, 0.1));
    assertThat(mask(5, 0.1)).isNotEqualTo(mask(6, 0.1));
    try (Scope scope = Scope.open()) {
      float[] first = Ops.kept(0.1, DType.F32, 100, 10).floats();
      assertThat(Ops.kept(0.1, DType.F32, 100, 10).floats()).isNotEqualTo(first);
    }
  }

  @Test
  void bfloat16HasTheSameSharesInEachPlace() {
    try (Scope scope = Scope.open()) {
      Engine.seed(3);
      float[] mask = Ops.kept(0.1, DType.BF16, COUNT).floats();
      assertThat(mask).hasSize(COUNT).containsOnly(0, 1);
      for (int place = 0; place < 4; place++) {
        assertThat(mean(mask, 4, place)).isCloseTo(0.9, Offset.offset(0.003));
      }
    }
  }

  @Test
  void anOpenSeedDecidesAloneAndOnItsThread() {
    try (Scope scope = Scope.open()) {
      float[] first;
      float[] second;
      try (Draws draws = Draws.from(7)) {
        first = Ops.kept(0.5, DType.F32, 1000).floats();
        second = Ops.kept(0.5, DType.F32, 1000).floats();
      }
      assertThat(second).isNotEqualTo(first);
      Engine.seed(1);
      float[] outside = Ops.kept(0.5, DType.F32, 1000).floats();
      Engine.seed(1);
      try (Draws draws = Draws.from(7)) {
        assertThat(Ops.kept(0.5, DType.F32, 1000).floats()).isEqualTo(first);
        try (Draws within = Draws.from(8)) {
          assertThat(Ops.kept(0.5, DType.F32, 1000).floats()).isNotIn(first, second);
        }
        assertThat(Ops.kept(0.5, DType.F32, 1000).floats()).isEqualTo(second);
      }
      assertThat(Ops.kept(0.5, DType.F32, 1000).floats()).isEqualTo(outside);
    }
  }

  @Test
  void dropoutScalesWhatItKeepsAndItsGradientAlike() {
    try (Scope scope = Scope.open()) {
      Tensor x = new Rng(1).normal(1, 100, 10).requireGrad(true);
      Tensor y = Ops.dropout(x, 0.25);
      y.sum().backward();
      float[] in = x.floats();
      float[] out = y.floats();
      float[] gradient = x.grad().floats();
      for (int i = 0; i < in.length; i++) {
        float factor = out[i] == 0 ? 0 : 1 / 0.75f;
        assertThat(out[i]).isEqualTo(in[i] * factor, Offset.offset(1e-5f));
        assertThat(gradient[i]).isEqualTo(factor, Offset.offset(1e-6f));
      }
    }
  }

  @Test
  void almostCertainDropoutStillKeepsSomething() {
    try (Scope scope = Scope.open()) {
      Engine.seed(1);
      assertThat(Ops.kept(0.9999999, DType.BF16, 1 << 20).to(DType.F32).sum().item())
          .isBetween(1.0, 50.0);
    }
  }
}
