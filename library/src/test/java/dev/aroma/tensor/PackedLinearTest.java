package dev.aroma.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackedLinearTest {
  @ParameterizedTest
  @CsvSource({"F32, 1, 1e-4", "F32, 300, 1e-4", "BF16, 1, 0.1", "BF16, 300, 0.1"})
  void outputIsTheLinearLayersForAnyNumberOfRows(DType type, int rows, float tolerance) {
    try (Scope scope = Scope.open()) {
      Tensor w = new Rng(1).normal(0.2, 48, 32).to(type);
      Tensor bias = new Rng(2).normal(1, 48).to(type);
      Tensor x = new Rng(3).normal(1, 2, rows, 32).to(type);
      Tensor plain = Ops.linear(x, w, bias);
      try (PackedLinear packed = PackedLinear.of(w, bias, false);
          PackedLinear withGelu = PackedLinear.of(w, bias, true)) {
        assertThat(packed.forward(x).shape()).containsExactly(2, rows, 48);
        agree(packed.forward(x), plain, tolerance);
        agree(withGelu.forward(x), Ops.gelu(plain), tolerance);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"F32, 1, 1e-4", "F32, 3, 1e-4", "BF16, 1, 0.2", "BF16, 3, 0.2", "F64, 2, 1e-6"})
  void sumsOverRowsAreProducts(DType type, int few, float tolerance) {
    try (Scope scope = Scope.open()) {
      Tensor first = new Rng(1).normal(1, 300, few).to(type);
      Tensor second = new Rng(2).normal(1, 300, 48).to(type);
      Tensor sums = PackedLinear.overRows(first, second);
      assertThat(sums.shape()).containsExactly(few, 48);
      agree(
          sums.to(type), first.to(DType.F32).t().matmul(second.to(DType.F32)).to(type), tolerance);
    }
  }

  @ParameterizedTest
  @CsvSource({"F32, 1e-4", "BF16, 0.1"})
  void somethingIsAddedAndTheBiasMayBeMissing(DType type, float tolerance) {
    try (Scope scope = Scope.open()) {
      Tensor w = new Rng(1).normal(0.2, 32, 48).to(type).t(); // apart in memory
      Tensor bias = new Rng(2).normal(1, 48).to(type);
      Tensor x = new Rng(3).normal(1, 70, 32).to(type);
      Tensor other = new Rng(4).normal(1, 70, 48).to(type);
      try (PackedLinear packed = PackedLinear.of(w, bias, false);
          PackedLinear unbiased = PackedLinear.of(w, null, false)) {
        agree(packed.forward(x, other), Ops.linear(x, w, bias).add(other), tolerance);
        agree(unbiased.forward(x), Ops.linear(x, w, null), tolerance);
        agree(unbiased.forward(x, other), Ops.linear(x, w, null).add(other), tolerance);
      }
    }
  }

  private static void agree(Tensor found, Tensor expected, float tolerance) {
    assertThat(found.dtype()).isEqualTo(expected.dtype());
    assertThat(found.floats()).containsExactly(expected.floats(), Offset.offset(tolerance));
  }

  @ParameterizedTest
  @CsvSource({"F32, false, 1e-4", "F32, true, 1e-4", "BF16, false, 0.1", "F64, true, 1e-6"})
  void programComputesTheSame(DType type, boolean gelu, float tolerance) {
    try (Scope scope = Scope.open();
        PackedLinear packed =
            PackedLinear.of(
                new Rng(1).normal(0.2, 48, 32).to(type), new Rng(2).normal(1, 48).to(type), gelu)) {
      Draft plain = new Draft(1);
      Draft adding = new Draft(2);
      try (Program alone = plain.program(packed.in(plain, plain.input(0), null));
          Program added = adding.program(packed.in(adding, adding.input(0), adding.input(1)))) {
        Tensor x = new Rng(3).normal(1, 5, 32).to(type);
        Tensor other = new Rng(4).normal(1, 5, 48).to(type);
        agree(alone.run(x), packed.forward(x), tolerance);
        agree(added.run(x, other), packed.forward(x).add(other), tolerance);
      }
    }
  }

  @Test
  void rowsThatAreApartInMemoryAreRead() {
    try (Scope scope = Scope.open();
        PackedLinear packed =
            PackedLinear.of(new Rng(1).normal(1, 4, 8), new Rng(2).normal(1, 4), false)) {
      Tensor x = new Rng(3).normal(1, 5, 3, 8).narrow(1, 0, 1); // a first token of each sequence
      agree(packed.forward(x), packed.forward(x.copy().contiguous()), 1e-6f);
    }
  }

  @Test
  void weightIsACopyThatOutlivesItsOrigin() {
    PackedLinear packed;
    try (Scope scope = Scope.open()) {
      Tensor weight = Tensor.full(1, DType.F32, Device.CPU, 2, 3);
      packed = PackedLinear.of(weight, Tensor.zeros(DType.F32, Device.CPU, 2), false);
      weight.zero();
    }
    try (Scope scope = Scope.open();
        packed) {
      Tensor y = packed.forward(Tensor.of(new float[] {1, 2, 3}, 1, 3));
      assertThat(y.floats()).containsExactly(6, 6);
    }
  }

  @Test
  void otherShapesAndTypesAreRefused() {
    try (Scope scope = Scope.open();
        PackedLinear packed =
            PackedLinear.of(new Rng(1).normal(1, 4, 8), new Rng(2).normal(1, 4), false)) {
      assertThatThrownBy(() -> packed.forward(new Rng(3).normal(1, 2, 7)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("packed linear");
      assertThatThrownBy(() -> packed.forward(new Rng(3).normal(1, 2, 8).to(DType.BF16)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(
              () -> PackedLinear.of(new Rng(1).normal(1, 4, 8), new Rng(2).normal(1, 5), false))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
