package dev.aroma.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AttentionTest {
  @Test
  void bfloat16OnACpuIsFloat32RoundedOnceWithAMaskAndGradients() {
    try (Scope scope = Scope.open()) {
      Tensor q = new Rng(1).normal(1, 2, 3, 5, 8).to(DType.BF16).requireGrad(true);
      Tensor mask = Tensor.of(new float[] {0, 0, 0, 0, -1e30f}, 1, 1, 1, 5);
      Tensor half = Ops.attention(q, q, q, mask.to(DType.BF16), 0);
      Tensor wide = q.detach().to(DType.F32);
      Tensor expected = Ops.attention(wide, wide, wide, mask, 0);

      assertThat(half.dtype()).isEqualTo(DType.BF16);
      assertThat(half.floats()).containsExactly(expected.to(DType.BF16).floats(), exactly());
      half.to(DType.F32).sum().backward();
      assertThat(q.grad().dtype()).isEqualTo(DType.BF16);
    }
  }

  private static Offset<Float> exactly() {
    return Offset.offset(1e-6f);
  }
}
