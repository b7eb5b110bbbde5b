package dev.aroma.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanTest {
  private Scope scope;
  private Plan plan;

  @BeforeEach
  void begin() {
    assumeTrue(Engine.plans(), "no oneDNN for this machine");
    scope = Scope.open();
    plan = new Plan();
  }

  @AfterEach
  void end() {
    if (plan != null) {
      plan.close();
      scope.close();
    }
  }

  private Place holding(Tensor values) {
    Place place = plan.place(values.size(0), values.size(1));
    plan.write(values, place);
    return place;
  }

  private void agree(Place found, Tensor expected) {
    assertThat(plan.read(found).floats()).containsExactly(expected.floats(), Offset.offset(1e-5f));
  }

  @ParameterizedTest
  @CsvSource({"true, false", "false, false", "false, true"})
  void linearLayersAreThoseOfPrograms(boolean gelu, boolean adding) {
    Tensor x = new Rng(1).normal(1, 5, 32);
    Tensor y = new Rng(2).normal(1, 5, 48);
    for (boolean biased : new boolean[] {true, false}) {
      Tensor bias = biased ? new Rng(3).normal(1, 48) : null;
      try (PackedLinear layer = PackedLinear.of(new Rng(4).normal(0.2, 48, 32), bias, gelu);
          Plan one = new Plan()) {
        Place from = one.place(5, 32);
        Place to = one.place(5, 48);
        one.write(x, from);
        one.write(y, to);
        Tensor expected = layer.forward(x);
        if (adding) {
          layer.addIn(one, from, to);
          expected = expected.add(y);
        } else {
          layer.in(one, from, to);
        }
        one.run();
        assertThat(one.read(to).floats()).containsExactly(expected.floats(), Offset.offset(1e-5f));
      }
    }
  }

  /** A weight that is no multiple of oneDNN's blocks, in two plans, of which one closes before. */
  @Test
  void weightsAreSharedByPlansOfAnySize() {
    try (PackedLinear layer =
        PackedLinear.of(new Rng(1).normal(0.2, 26, 19), new Rng(2).normal(1, 26), false)) {
      for (int rows : new int[] {1, 7, 40}) {
        Tensor x = new Rng(3).normal(1, rows, 19);
        try (Plan one = new Plan()) {
          Place from = one.place(rows, 19);
          Place to = one.place(rows, 26);
          one.write(x, from);
          layer.in(one, from, to);
          one.run();
          assertThat(one.read(to).floats())
              .containsExactly(layer.forward(x).floats(), Offset.offset(1e-5f));
        }
      }
    }
  }

  @Test
  void operationsFollowOneAnotherInPlace() {
    Tensor x = new Rng(1).normal(1, 6, 32);
    Tensor y = new Rng(2).normal(1, 6, 32);
    Tensor weight = new Rng(3).normal(1, 32);
    Tensor bias = new Rng(4).normal(1, 32);
    Place a = holding(x);
    plan.add(a, holding(y));
    plan.layerNorm(a, weight, bias, 1e-12);
    plan.tanh(a.top(2));
    plan.run();
    Tensor normal = Ops.layerNorm(x.add(y), weight, bias, 1e-12);
    agree(a.top(2), normal.narrow(0, 0, 2).tanh());
    agree(a, Ops.concat(List.of(normal.narrow(0, 0, 2).tanh(), normal.narrow(0, 2, 4)), 0));
  }

  /** Queries, keys and values side by side, as one product makes them. */
  @ParameterizedTest
  @CsvSource({"7, 7, 2, 8", "1, 7, 3, 32", "20, 20, 4, 16", "1, 1, 1, 8"})
  void attentionIsThatOfEachHead(int queries, int tokens, int heads, int width) {
    long all = (long) heads * width;
    Tensor three = new Rng(1).normal(1, tokens, 3 * all);
    Place at = holding(three);
    Place out = plan.place(queries, all);
    Place q = at.columns(0, all).top(queries);
    plan.attention(q, at.columns(all, all), at.columns(2 * all, all), heads, out);
    plan.run();
    float[] found = plan.read(out).floats();
    for (int head = 0; head < heads; head++) {
      Tensor each = three.narrow(1, (long) head * width, width).narrow(0, 0, queries);
      Tensor k = three.narrow(1, all + (long) head * width, width);
      Tensor v = three.narrow(1, 2 * all + (long) head * width, width);
      Tensor scores = each.matmul(k.t()).mul(1 / Math.sqrt(width));
      Tensor seen = Ops.softmax(scores).matmul(v);
      float[] expected = seen.floats();
      for (int i = 0; i < expected.length; i++) {
        int where = i / width * (int) all + head * width + i % width;
        assertThat(found[where]).isCloseTo(expected[i], Offset.offset(1e-5f));
      }
    }
  }

  @Test
  void runsAgainOverWhatIsWrittenBetween() {
    Place x = plan.place(2, 3);
    Place y = holding(Tensor.full(1, DType.F32, Device.CPU, 2, 3));
    plan.add(x, y);
    for (int value : new int[] {5, 7}) {
      plan.write(Tensor.full(value, DType.F32, Device.CPU, 2, 3), x);
      plan.run();
      agree(x, Tensor.full(value + 1, DType.F32, Device.CPU, 2, 3));
    }
  }

  @Test
  void rowsOfTablesAreLookedUp() {
    Tensor table = Tensor.of(new float[] {0, 1, 10, 11, 20, 21}, 3, 2);
    Place to = plan.place(4, 2);
    plan.write(table, new long[] {2, 0, 2, 1}, to);
    assertThat(plan.read(to).floats()).containsExactly(20, 21, 0, 1, 20, 21, 10, 11);
    for (long outside : new long[] {3, -1}) {
      assertThatThrownBy(() -> plan.write(table, new long[] {0, 0, 0, outside}, to))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("row " + outside);
    }
  }

  @Test
  void outlivesTheScopeItWasMadeIn() {
    Place x;
    try (Scope inner = Scope.open();
        PackedLinear layer = PackedLinear.of(new Rng(1).normal(1, 8, 8), null, true)) {
      x = plan.place(2, 8);
      plan.tanh(x);
    }
    plan.write(Tensor.zeros(DType.F32, Device.CPU, 2, 8), x);
    plan.run();
    agree(x, Tensor.zeros(DType.F32, Device.CPU, 2, 8));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Place x = plan.place(4, 6);
    Tensor other = Tensor.zeros(DType.F32, Device.CPU, 4, 5);
    Tensor whole = Tensor.zeros(DType.I64, Device.CPU, 4, 6);
    try (PackedLinear layer = PackedLinear.of(new Rng(1).normal(1, 3, 3), null, false);
        PackedLinear half =
            PackedLinear.of(new Rng(1).normal(1, 6, 6).to(DType.BF16), null, false);
        PackedLinear gelu = PackedLinear.of(new Rng(1).normal(1, 6, 6), null, true)) {
      refused(() -> plan.place(0, 3));
      refused(() -> plan.layerNorm(x, whole, whole, 1e-5));
      refused(() -> plan.layerNorm(x, other.select(0, 0), other.select(0, 0), 1e-5));
      refused(() -> plan.add(x, plan.place(4, 5)));
      refused(() -> plan.attention(x, x, x, 4, x));
      refused(() -> plan.attention(x, x, x.top(3), 2, x));
      refused(() -> plan.attention(x, x, x, 2, x.top(3)));
      refused(() -> plan.write(other, x));
      refused(() -> plan.write(whole, x));
      refused(() -> plan.write(other, new long[4], x));
      refused(() -> plan.read(x.columns(0, 3)));
      refused(() -> x.top(5));
      refused(() -> x.columns(4, 3));
      refused(() -> layer.in(plan, x, plan.place(4, 3)));
      refused(() -> layer.in(plan, x.columns(0, 3), plan.place(4, 3)));
      refused(() -> half.in(plan, x, plan.place(4, 6)));
      refused(() -> gelu.addIn(plan, x, plan.place(4, 6)));
    }
  }

  private static void refused(ThrowingCallable what) {
    assertThatThrownBy(what).isInstanceOf(IllegalArgumentException.class);
  }
}
