package dev.aroma.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateTest {
  private final State state = new State();

  @Test
  void whatWasPutIsReadBack() {
    state.put("rates", 0.1, Double.NaN);
    state.put("steps", 1L << 53);
    state.put("done", true);
    state.put("live", new boolean[] {true, false});
    assertThat(state.numbers("rates", 2)).containsExactly(0.1, Double.NaN);
    assertThat(state.whole("steps", Long.MAX_VALUE)).isEqualTo(1L << 53);
    assertThat(state.flag("done")).isTrue();
    assertThat(state.flags("live", 2)).containsExactly(true, false);
  }

  @Test
  void numbersAreCopiedInAndOut() {
    double[] values = {1, 2};
    state.put("x", values);
    values[0] = 9;
    state.numbers("x", 2)[1] = 9;
    assertThat(state.numbers("x", 2)).containsExactly(1, 2);
  }

  @Test
  void partsShareOneStateUnderLongerNames() {
    State part = state.part("method").part("query");
    part.put("rank", 3L);
    assertThat(state.numbers()).containsOnlyKeys("method.query.rank");
    assertThat(part.count("rank")).isEqualTo(3);
    assertThat(part.has("rank")).isTrue();
    assertThat(state.has("rank")).isFalse();
  }

  @Test
  void tensorsAreReadIntoThoseOfTheirShapeOnly() {
    try (Scope scope = Scope.open()) {
      state.put("a", Tensor.of(new float[] {1, 2}, 2, 1));
      Tensor into = Tensor.zeros(DType.F32, Device.CPU, 2, 1);
      state.read("a", into);
      assertThat(into.floats()).containsExactly(1, 2);
      assertThat(state.has("a")).isTrue();
      Tensor other = Tensor.zeros(DType.F32, Device.CPU, 1, 2);
      assertThatThrownBy(() -> state.read("a", other)).isInstanceOf(InputException.class);
      assertThatThrownBy(() -> state.part("p").read("a", into))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("p.a, found none");
    }
  }

  @Test
  void tensorsOfAFileComeFromItsSource() {
    State.Source source =
        new State.Source() {
          @Override
          public boolean has(String name) {
            return name.equals("p.a");
          }

          @Override
          public void read(String name, Tensor into) {
            into.set(Tensor.of(new float[] {7}, 1));
          }
        };
    State stored = new State("step-1", Map.of("p.n", new double[] {4}), source);
    try (Scope scope = Scope.open()) {
      Tensor into = Tensor.zeros(DType.F32, Device.CPU, 1);
      stored.part("p").read("a", into);
      assertThat(into.floats()).containsExactly(7);
    }
    assertThat(stored.part("p").has("a")).isTrue();
    assertThat(stored.part("p").count("n")).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, 0.5, 1e300, Double.NaN, Double.POSITIVE_INFINITY})
  void whatIsNoCountIsRefusedWithPlaceAndName(double wrong) {
    State stored = new State("step-1", Map.of("p.n", new double[] {wrong}), null);
    assertThatThrownBy(() -> stored.part("p").count("n"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("step-1: expected a whole number")
        .hasMessageContaining("under p.n, found " + wrong);
  }

  @Test
  void whatIsMissingOrOfAnotherLengthIsRefused() {
    state.put("two", 1, 2);
    assertThatThrownBy(() -> state.number("two"))
        .hasMessageContaining("a number")
        .hasMessageContaining("found 2");
    assertThatThrownBy(() -> state.numbers("none", 3))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("3 numbers under none, found none");
    assertThatThrownBy(() -> state.flag("two")).isInstanceOf(InputException.class);
  }
}
