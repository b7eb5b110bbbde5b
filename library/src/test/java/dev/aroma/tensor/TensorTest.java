package dev.aroma.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.List;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {
  private static Tensor matrix() {
    return Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
  }

  @Test
  void arraysComeBackAsTheyWere() {
    try (Scope scope = Scope.open()) {
      assertThat(matrix().floats()).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(matrix().shape()).containsExactly(2, 3);
      assertThat(Tensor.of(new long[] {7, 1L << 40}, 2).longs()).containsExactly(7, 1L << 40);
      assertThat(matrix().t().floats()).containsExactly(1, 4, 2, 5, 3, 6);
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void everyTypeIsMadeReadAndNamed(DType dtype) {
    try (Scope scope = Scope.open()) {
      Tensor one = Tensor.full(1, dtype, Device.CPU, 3);
      assertThat(one.dtype()).isEqualTo(dtype);
      assertThat(one.floats()).containsExactly(1, 1, 1);
      ByteBuffer bytes = one.bytes();
      assertThat(bytes.remaining()).isEqualTo(3 * dtype.bytes());
      assertThat(Tensor.of(bytes, dtype, 3).longs()).containsExactly(1, 1, 1);
    }
  }

  @Test
  void bytesMustFillTheShape() {
    assertThatThrownBy(() -> Tensor.of(ByteBuffer.allocate(8), DType.F32, 3))
        .hasMessageContaining("needs 12 bytes, found 8");
  }

  @Test
  void emptyTensorsAreFine() {
    try (Scope scope = Scope.open()) {
      assertThat(Tensor.zeros(DType.F32, Device.CPU, 0, 4).floats()).isEmpty();
    }
  }

  @Test
  void keptTensorsOutliveTheirScope() {
    Tensor kept;
    try (Scope scope = Scope.open()) {
      Tensor view = matrix().narrow(1, 1, 2);
      kept = view.keep();
    }
    try (Scope scope = Scope.open()) {
      assertThat(kept.floats()).containsExactly(2, 3, 5, 6);
    }
    kept.close();
    assertThat(kept.raw.isNull()).isTrue();
  }

  @Test
  void othersEndWithIt() {
    Tensor ended;
    try (Scope scope = Scope.open()) {
      ended = matrix();
    }
    assertThat(ended.raw.isNull()).isTrue();
  }

  @Test
  void gradientsAddUpInTheBufferTheyWereGiven() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(new float[] {1, 2}, 2).requireGrad(true);
      Tensor buffer = Tensor.zeros(DType.F32, Device.CPU, 2);
      x.grad(buffer);
      x.square().sum().backward();
      x.square().sum().backward();
      assertThat(buffer.floats()).containsExactly(4, 8);
      x.dropGrad();
      assertThat(x.hasGrad()).isFalse();
      assertThatThrownBy(x::grad).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void nothingIsRecordedWithoutGradients() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(new float[] {1, 2}, 2).requireGrad(true);
      try (NoGrad guard = NoGrad.open()) {
        try (Scope inner = Scope.open()) {
          assertThat(x.square().requiresGrad()).isFalse();
        }
        assertThat(x.square().requiresGrad()).isFalse();
      }
      assertThat(x.square().requiresGrad()).isTrue();
    }
  }

  @Test
  void wrongShapesAreRefusedBeforeTheyReachNativeCode() {
    try (Scope scope = Scope.open()) {
      assertThatThrownBy(() -> matrix().matmul(matrix())).hasMessageContaining("matmul of [2, 3]");
      assertThatThrownBy(() -> Ops.linear(matrix(), matrix().t(), null))
          .hasMessageContaining("linear");
      assertThatThrownBy(() -> matrix().narrow(0, 1, 2)).hasMessageContaining("narrow");
      assertThatThrownBy(() -> matrix().set(matrix().t())).hasMessageContaining("set");
      assertThatThrownBy(() -> matrix().item()).hasMessageContaining("6 elements");
    }
  }

  @Test
  void operationsRefuseWrongShapes() {
    try (Scope scope = Scope.open()) {
      Tensor four = Tensor.zeros(DType.F32, Device.CPU, 1, 1, 2, 2);
      Tensor narrow = Tensor.zeros(DType.F32, Device.CPU, 1, 1, 2, 3);
      Tensor ids = Tensor.of(new long[] {0, 1}, 2);
      assertThatThrownBy(() -> Ops.addMatmul(matrix(), matrix(), matrix(), 1))
          .hasMessageContaining("addMatmul: F32[2, 3]");
      assertThatThrownBy(() -> Ops.addMatmul(matrix(), matrix(), matrix().t(), 1))
          .hasMessageContaining("addMatmul");
      assertThatThrownBy(() -> Ops.embedding(ids, four)).hasMessageContaining("embedding");
      assertThatThrownBy(() -> Ops.embedding(matrix(), matrix())).hasMessageContaining("embedding");
      assertThatThrownBy(() -> Ops.attention(matrix(), four, four, null, 0))
          .hasMessageContaining("attention: q F32[2, 3]");
      assertThatThrownBy(() -> Ops.attention(narrow, four, four, null, 0))
          .hasMessageContaining("attention");
      assertThatThrownBy(() -> Ops.crossEntropy(matrix(), Tensor.of(new long[3], 3)))
          .hasMessageContaining("cross-entropy of F32[2, 3]");
      assertThatThrownBy(() -> Ops.crossEntropy(ids, ids)).hasMessageContaining("cross-entropy");
      assertThatThrownBy(() -> matrix().select(0, -1)).hasMessageContaining("index -1 of 2");
      assertThatThrownBy(() -> matrix().select(0, 2)).hasMessageContaining("index 2 of 2");
    }
  }

  /** Counts the native objects that are made in it. */
  private static final class Counting extends PointerScope {
    private int made;

    @Override
    public PointerScope attach(Pointer pointer) {
      made++;
      return super.attach(pointer);
    }
  }

  @Test
  void askingForAShapeMakesNothingNative() {
    try (Scope scope = Scope.open();
        Counting counting = new Counting()) {
      Tensor matrix = matrix();
      int before = counting.made;
      assertThat(before).as("the tensor itself").isPositive();
      assertThat(matrix.shape()).containsExactly(2, 3);
      assertThat(counting.made).isEqualTo(before);
    }
  }

  @Test
  void attentionLooksOnlyWhereTheMaskAllows() {
    try (Scope scope = Scope.open()) {
      Tensor q = Tensor.zeros(DType.F32, Device.CPU, 1, 1, 1, 2);
      Tensor k = Tensor.zeros(DType.F32, Device.CPU, 1, 1, 2, 2);
      Tensor v = Tensor.of(new float[] {1, 2, 30, 40}, 1, 1, 2, 2);
      Tensor mask = Tensor.of(new float[] {0, Float.NEGATIVE_INFINITY}, 1, 1, 1, 2);
      assertThat(Ops.attention(q, k, v, mask, 0).floats()).containsExactly(1, 2);
      assertThat(Ops.attention(q, k, v, null, 0).floats()).containsExactly(15.5f, 21);
    }
  }

  @Test
  void factorsOfATallMatrixKeepItsSingularValues() {
    try (Scope scope = Scope.open()) {
      Tensor tall = new Rng(1).normal(1, 7, 3);
      Tensor core = Ops.triangularFactor(tall);
      assertThat(core.shape()).containsExactly(3, 3);
      float[] expected = Ops.singularValues(tall).floats();
      assertThat(Ops.singularValues(core).floats()).containsExactly(expected, within(1e-5f));
    }
  }

  @Test
  void dropoutFollowsTheSeed() {
    try (Scope scope = Scope.open()) {
      Tensor ones = Tensor.full(1, DType.F32, Device.CPU, 1000);
      Engine.seed(3);
      float[] first = Ops.dropout(ones, 0.5).floats();
      Engine.seed(3);
      assertThat(Ops.dropout(ones, 0.5).floats()).containsExactly(first);
      assertThat(Ops.dropout(ones, 0)).isSameAs(ones);
    }
  }

  @Test
  void listsAreJoinedAndStacked() {
    try (Scope scope = Scope.open()) {
      List<Tensor> two = List.of(matrix(), matrix());
      assertThat(Ops.concat(two, 1).shape()).containsExactly(2, 6);
      assertThat(Ops.stack(two, 0).shape()).containsExactly(2, 2, 3);
    }
  }

  @Test
  void aTensorOfTheHostIsThereAlreadyWithoutWaiting() {
    try (Scope scope = Scope.open()) {
      Tensor one = matrix();
      assertThat(one.toAsync(Device.CPU)).isSameAs(one);
    }
  }

  @Test
  void factorsOfProductsAreMultipliedIn() {
    try (Scope scope = Scope.open()) {
      Tensor x = new Rng(1).normal(1, 3, 4, 5);
      Tensor y = new Rng(2).normal(1, 3, 6, 5);
      Tensor z = new Rng(3).normal(1, 3, 4, 5);
      assertThat(x.matmul(y.transpose(1, 2), 0.5).floats())
          .containsExactly(x.matmul(y.transpose(1, 2)).mul(0.5).floats(), Offset.offset(1e-5f));
      assertThat(x.mul(z, 0.5).floats())
          .containsExactly(x.mul(z).mul(0.5).floats(), Offset.offset(1e-6f));
      assertThatThrownBy(() -> x.matmul(y, 2)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
