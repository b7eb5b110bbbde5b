package dev.aroma.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class OperatorTest {
  @Test
  void resultsOutliveTheCallAndTheScopeIfTheyAreKept() {
    Operator softmax = new Operator("aten::_softmax");
    Tensor kept;
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(new float[] {0, (float) Math.log(3)}, 2);
      kept = softmax.call(x, -1L, false)[0].keep();
    }
    try (Tensor result = kept) {
      assertThat(result.view(2, 1).floats()).containsExactly(new float[] {0.25f, 0.75f}, close());
    }
  }

  private static Offset<Float> close() {
    return Offset.offset(1e-6f);
  }

  @Test
  void severalResultsComeInTheirOrder() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(new float[] {3, 1, 2}, 3);
      Tensor[] sorted = new Operator("aten::sort").call(x, 0L, false);
      assertThat(sorted[0].floats()).containsExactly(1, 2, 3);
      assertThat(sorted[1].longs()).containsExactly(1, 2, 0);
    }
  }

  @Test
  void gradientsFlowThrough() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(new float[] {1, 2}, 2).requireGrad(true);
      new Operator("aten::square").call(x)[0].sum().backward();
      assertThat(x.grad().floats()).containsExactly(2, 4);
    }
  }

  @Test
  void trailingOptionsAreLeftOutWhereTheyDoNotExist() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(new float[] {1, 2}, 2);
      Tensor doubled = new Operator("aten::square", "no_such_option").call(x)[0];
      assertThat(doubled.floats()).containsExactly(1, 4);
      Tensor sum = new Operator("aten::sum", "dtype").call(x)[0];
      assertThat(sum.item()).isEqualTo(3);
    }
  }

  @Test
  void anUnknownNameIsRefused() {
    assertThatThrownBy(() -> new Operator("aten::no_such_thing"))
        .hasMessageContaining("no_such_thing");
  }
}
