package dev.aroma.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.aroma.nn.Linear;
import dev.aroma.nn.State;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(WithoutGradients.class)
class MergedWeightTest {
  private static final int OUT = 6;
  private static final int IN = 4;
  private static final double SCALE = 2;
  private final Rng rng = new Rng(8);
  private final Linear linear = new Linear(IN, OUT, false);
  private final LiveComponent component = new LiveComponent(2, OUT, IN);
  private MergedWeight merged;

  @BeforeEach
  void open() {
    linear.weight().value(rng.normal(1, OUT, IN));
    merged = new MergedWeight(linear, SCALE);
  }

  @AfterEach
  void close() {
    merged.free();
    component.drop();
    linear.unload();
  }

  /** Merges another component; returns s b a. */
  private Tensor merge() {
    component.start(rng.normal(0.3, 2, IN), Device.CPU);
    component.b().value().set(rng.normal(0.3, OUT, 2));
    merged.merge(component);
    return component.b().value().matmul(component.a().value()).mul(SCALE);
  }

  @Test
  void weightIsTheLayersOwnAndAllThatWasMerged() {
    Tensor expected = linear.weight().value().copy();
    assertThat(merged.value().address()).isEqualTo(linear.weight().value().address());
    assertThat(merged.factors().rank()).isZero();
    for (int i = 1; i <= 3; i++) {
      expected = expected.add(merge());
      assertThat(merged.value().floats()).containsExactly(expected.floats(), within(1e-5f));
      assertThat(merged.rank()).isEqualTo(2 * i);
      assertThat(merged.factors().addTo(linear.weight().value()).floats())
          .containsExactly(expected.floats(), within(1e-5f));
    }
  }

  @ParameterizedTest
  @CsvSource({"0, F32, 1e-5", "2, F32, 1e-5", "0, BF16, 0.05", "2, BF16, 0.05"})
  void movedWeightStaysWhereItIsAtEveryMerge(int before, DType type, float tolerance) {
    linear.weight().value(linear.weight().value().to(type));
    Tensor origin = linear.weight().value().copy();
    Tensor expected = origin.to(DType.F32);
    for (int i = 0; i < before; i++) {
      expected = expected.add(merge());
    }
    Tensor place = Tensor.zeros(type, Device.CPU, OUT, IN + 3).narrow(1, 0, IN);
    place.set(merged.value());
    merged.move(place);
    for (int i = 0; i < 2; i++) {
      assertThat(merged.value().address()).isEqualTo(place.address());
      assertThat(place.floats()).containsExactly(expected.floats(), within(tolerance));
      expected = expected.add(merge());
    }
    assertThat(place.floats()).containsExactly(expected.floats(), within(tolerance));
    assertThat(linear.weight().value().floats()).containsExactly(origin.floats());
  }

  @Test
  void normIsKeptUpToDateWithoutTheDenseProduct() {
    for (int i = 0; i < 4; i++) {
      merge();
      assertThat(merged.norm()).isCloseTo(merged.value().norm().item(), withinPercentage(0.001));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16"})
  void restoredWeightIsTheSameBitByBit(DType type) {
    linear.weight().value(linear.weight().value().to(type));
    for (int i = 0; i < 3; i++) {
      merge();
    }
    State state = new State();
    merged.save(state);
    MergedWeight again = new MergedWeight(linear, SCALE);
    again.restore(state, component.a().shape(), component.b().shape());
    assertThat(again.value().dtype()).isEqualTo(type);
    assertThat(again.value().to(DType.F32).floats())
        .isEqualTo(merged.value().to(DType.F32).floats());
    assertThat(again.norm()).isEqualTo(merged.norm());
    again.free();
  }

  @Test
  void changeOfAnotherTrainingKeepsItsSizeWhateverItsScale() {
    LowRank before = new LowRank(rng.normal(1, OUT, 3), rng.normal(1, 3, IN), 0.5);
    Tensor expected = before.addTo(linear.weight().value());
    merged.begin(before);
    assertThat(merged.value().floats()).containsExactly(expected.floats(), within(1e-5f));
    assertThat(merged.rank()).isEqualTo(3);
    assertThat(merged.factors().scale()).isEqualTo(SCALE);
  }
}
