package dev.aroma.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TensorMemoryTest {
  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void neighboursInMemoryAreOneViewInWhateverOrderTheyCome() {
    Tensor flat = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7}, 7);
    Tensor first = flat.narrow(0, 1, 2).view(1, 2);
    Tensor second = flat.narrow(0, 3, 3).view(3, 1);
    Tensor joined = Tensor.joined(List.of(second, first));
    assertThat(joined.floats()).containsExactly(2, 3, 4, 5, 6);
    joined.zero();
    assertThat(flat.floats()).as("one memory").containsExactly(1, 0, 0, 0, 0, 0, 7);
  }

  @Test
  void memoryThatIsGivenBackIsNobodys() {
    Tensor kept = Tensor.full(2, DType.F32, Device.CPU, 1 << 20);
    try (Scope inner = Scope.open()) {
      Tensor.zeros(DType.F32, Device.CPU, 1 << 20);
    }
    Engine.trim(Device.CPU);
    assertThat(kept.sum().item()).isEqualTo(2 << 20);
  }

  @Test
  void roomBetweenThemIsRefused() {
    Tensor flat = Tensor.of(new float[] {1, 2, 3, 4}, 4);
    List<Tensor> apart = List.of(flat.narrow(0, 0, 1), flat.narrow(0, 2, 2));
    assertThatThrownBy(() -> Tensor.joined(apart))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not joined");
  }

  @Test
  void nothingLiesNowhere() {
    assertThat(Tensor.zeros(DType.F32, Device.CPU, 0, 3).address()).isZero();
    assertThat(Tensor.zeros(DType.F32, Device.CPU, 1).address()).isNotZero();
  }

  @Test
  void aProductIsWrittenIntoSomeColumnsOfAnother() {
    Tensor wide = Tensor.full(9, DType.F32, Device.CPU, 2, 3);
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    Tensor y = Tensor.of(new float[] {1, 1}, 2, 1);
    wide.narrow(1, 2, 1).setMatmul(x, y);
    assertThat(wide.floats()).containsExactly(9, 9, 3, 9, 9, 7);
  }

  @Test
  void aProductOfAnotherShapeIsRefused() {
    Tensor x = Tensor.zeros(DType.F32, Device.CPU, 2, 2);
    Tensor out = Tensor.zeros(DType.F32, Device.CPU, 2, 3);
    assertThatThrownBy(() -> out.setMatmul(x, x)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rowsAreWrittenWhereTheIndicesSay() {
    Tensor table = Tensor.zeros(DType.F32, Device.CPU, 3, 2);
    Tensor values = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    table.setRows(Tensor.of(new long[] {2, 0}, 2).to(DType.I32), values);
    assertThat(table.floats()).containsExactly(3, 4, 0, 0, 1, 2);
  }

  @Test
  void aCopyThatDoesNotWaitHasTheSameContent() {
    Tensor target = Tensor.unwritten(DType.I64, Device.CPU, 3);
    target.setAsync(Tensor.of(new long[] {4, 5, 6}, 3));
    assertThat(target.longs()).containsExactly(4, 5, 6);
    assertThatThrownBy(() -> target.setAsync(Tensor.of(new long[] {1}, 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
