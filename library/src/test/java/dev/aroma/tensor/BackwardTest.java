package dev.aroma.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.UnaryOperator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Autograd is the reference. */
class BackwardTest {
  private static final long[] SHAPE = {5, 12};

  private static Tensor x() {
    return new Rng(1).normal(1, SHAPE);
  }

  private static Tensor gradient() {
    return new Rng(2).normal(1, SHAPE);
  }

  private static Tensor byAutograd(UnaryOperator<Tensor> operation) {
    Tensor leaf = x().requireGrad(true);
    operation.apply(leaf).backward(gradient());
    return leaf.grad();
  }

  private static void agree(Tensor found, Tensor expected) {
    assertThat(found.shape()).isEqualTo(expected.shape());
    assertThat(found.floats()).containsExactly(expected.floats(), Offset.offset(1e-6f));
  }

  @Test
  void ofGelu() {
    try (Scope scope = Scope.open()) {
      agree(Backward.gelu(gradient(), x()), byAutograd(Ops::gelu));
    }
  }

  @Test
  void ofSoftmax() {
    try (Scope scope = Scope.open()) {
      agree(Backward.softmax(gradient(), Ops.softmax(x())), byAutograd(Ops::softmax));
    }
  }

  @Test
  void ofSoftmaxInBfloat16() {
    try (Scope scope = Scope.open()) {
      Tensor y = Ops.softmax(x().to(DType.BF16));
      Tensor found = Backward.softmax(gradient().to(DType.BF16), y);
      assertThat(found.dtype()).isEqualTo(DType.BF16);
      assertThat(found.floats())
          .containsExactly(byAutograd(Ops::softmax).floats(), Offset.offset(0.02f));
    }
  }

  @Test
  void ofLayerNorm() {
    try (Scope scope = Scope.open()) {
      Tensor weight = new Rng(3).normal(1, 12);
      Tensor bias = new Rng(4).normal(1, 12);
      Backward.Normalised forward = Backward.layerNorm(x(), weight, bias, 1e-5);
      agree(forward.output(), Ops.layerNorm(x(), weight, bias, 1e-5));
      agree(
          Backward.layerNorm(gradient(), forward, weight),
          byAutograd(x -> Ops.layerNorm(x, weight, bias, 1e-5)));
    }
  }
}
