package dev.aroma.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(WithoutGradients.class)
class ComponentInitTest {
  private static final int OUT = 20;
  private static final int IN = 12;
  private final Rng rng = new Rng(4);

  /** (out, in) with singular values that fall by half from one to the next. */
  private Tensor gradient() {
    Tensor left = Ops.orthonormal(rng.normal(1, OUT, IN));
    Tensor right = Ops.orthonormal(rng.normal(1, IN, IN));
    float[] values = new float[IN];
    for (int i = 0; i < IN; i++) {
      values[i] = (float) Math.pow(0.5, i);
    }
    return left.mul(Tensor.of(values, 1, IN)).matmul(right.t());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void rowsAreOrthonormalAndSpanTheLeadingDirections(int rank) {
    Tensor gradient = gradient();
    Tensor v = ComponentInit.leading(gradient, rng.uniform(-1, 1, rank, IN));
    assertThat(v.shape()).containsExactly(rank, IN);
    float[] gram = v.matmul(v.t()).floats();
    for (int i = 0; i < rank * rank; i++) {
      assertThat(gram[i]).isCloseTo(i % (rank + 1) == 0 ? 1 : 0, within(1e-5f));
    }
    float[] along = Ops.singularValues(gradient.matmul(v.t())).floats();
    for (int i = 0; i < rank; i++) {
      assertThat(along[i]).isCloseTo((float) Math.pow(0.5, i), within(1e-3f));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-15, 1e-6, 1e15})
  void sizeOfTheGradientDoesNotMatter(double size) {
    Tensor gradient = gradient();
    Tensor start = rng.uniform(-1, 1, 1, IN);
    float[] expected = ComponentInit.leading(gradient, start).floats();
    assertThat(ComponentInit.leading(gradient.mul(size), start).floats())
        .containsExactly(expected, within(1e-4f));
  }

  @Test
  void directionThatTheGradientLacksGivesNoNumberlessStart() {
    float[] one = new float[OUT * IN];
    one[0] = 1; // the gradient of a single weight
    Tensor start = Tensor.of(new float[] {0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 1, IN);
    Tensor v = ComponentInit.leading(Tensor.of(one, OUT, IN), start);
    assertThat(v.floats()).doesNotContain(Float.NaN);
  }

  @ParameterizedTest
  @ValueSource(floats = {0, Float.NaN, Float.POSITIVE_INFINITY})
  void gradientThatSaysNothingLeavesTheRandomStart(float value) {
    Tensor start = rng.uniform(-1, 1, 2, IN);
    Tensor gradient = Tensor.full(value, DType.F32, Device.CPU, OUT, IN);
    assertThat(ComponentInit.leading(gradient, start).floats()).isEqualTo(start.floats());
  }
}
