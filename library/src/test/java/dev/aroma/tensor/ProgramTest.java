package dev.aroma.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.tensor.Draft.Node;
import java.util.List;
import java.util.function.BiFunction;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ProgramTest {
  private static Tensor run(BiFunction<Draft, Node, Node> body, Tensor x) {
    Draft draft = new Draft(1);
    try (Program program = draft.program(body.apply(draft, draft.input(0)))) {
      return program.run(x);
    }
  }

  private static void agree(Tensor found, Tensor expected) {
    assertThat(found.dtype()).isEqualTo(expected.dtype());
    assertThat(found.shape()).isEqualTo(expected.shape());
    assertThat(found.floats()).containsExactly(expected.floats(), Offset.offset(1e-5f));
  }

  @Test
  void arithmeticIsTheTensors() {
    try (Scope scope = Scope.open()) {
      Tensor x = new Rng(1).normal(1, 3, 4);
      agree(run((d, n) -> d.tanh(d.add(d.mul(n, 2.5), n)), x), x.mul(2.5).add(x).tanh());
      agree(run((d, n) -> d.mul(n, d.constant(x)), x), x.square());
      agree(run((d, n) -> d.to(n, DType.BF16), x), x.to(DType.BF16));
      Tensor weight = new Rng(2).normal(1, 4);
      Tensor bias = new Rng(3).normal(1, 4);
      agree(
          run((d, n) -> d.layerNorm(n, weight, bias, 1e-5), x),
          Ops.layerNorm(x, weight, bias, 1e-5));
    }
  }

  @Test
  void wholeNumbersStayWhole() {
    try (Scope scope = Scope.open()) {
      Tensor ids = Tensor.of(new long[] {3, 0, 5, 0, 0, 7}, 2, 3);
      assertThat(run((d, n) -> d.add(d.cumulativeSum(n, 1), -1), ids).longs())
          .containsExactly(2, 2, 7, -1, -1, 6);
      assertThat(run((d, n) -> d.differs(n, 0), ids).longs()).containsExactly(1, 0, 1, 0, 0, 1);
      assertThat(run((d, n) -> d.nonZero(d.flatten(n, 0, 1)), ids).longs())
          .containsExactly(0, 2, 5);
      assertThat(run((d, n) -> d.atLeast(n, 4), ids).longs()).containsExactly(4, 4, 5, 4, 4, 7);
      assertThat(run((d, n) -> d.viewAs(d.flatten(n, 0, 1), n), ids).shape()).containsExactly(2, 3);
    }
  }

  @Test
  void rowsAreChosen() {
    try (Scope scope = Scope.open()) {
      Tensor table = new Rng(1).normal(1, 6, 2);
      Tensor ids = Tensor.of(new long[] {5, 0, 3}, 3);
      agree(run((d, n) -> d.embedding(d.constant(table), n), ids), Ops.embedding(ids, table));
      agree(run((d, n) -> d.rows(n, d.constant(ids)), table), table.rows(ids));
      agree(run((d, n) -> d.select(n, 0, 4), table), table.select(0, 4));
      agree(run((d, n) -> d.unsqueeze(n, 1), table), table.unsqueeze(1));
      Tensor second = Tensor.of(new long[] {0, 2, 4}, 3);
      agree(run((d, n) -> d.firstRows(n, d.whole(2)), table), table.narrow(0, 0, 2));
      agree(run((d, n) -> d.everyNthRow(n, d.size(n, 1)), table), table.rows(second));
    }
  }

  /** To the next multiple of 4, if there are 3 or more. */
  @Test
  void manyElementsAreFilledUpWithZeros() {
    try (Scope scope = Scope.open()) {
      assertThat(filledUp(1, 2, 3, 4, 5)).containsExactly(1, 2, 3, 4, 5, 0, 0, 0);
      assertThat(filledUp(1, 2, 3)).containsExactly(1, 2, 3, 0);
      assertThat(filledUp(1, 2, 3, 4)).containsExactly(1, 2, 3, 4);
      assertThat(filledUp(1, 2)).containsExactly(1, 2);
    }
  }

  private static long[] filledUp(long... values) {
    return run((d, n) -> d.filledUp(n, 4, 3), Tensor.of(values, values.length)).longs();
  }

  @Test
  void attentionIsThatOfOps() {
    try (Scope scope = Scope.open()) {
      Tensor x = new Rng(1).normal(1, 2 * 5, 3 * 4 * 8); // two sequences, four heads
      Tensor mask = new Rng(2).normal(1, 2, 1, 1, 5);
      Tensor found =
          run(
              (d, n) -> {
                List<Node> three = d.heads(n, d.whole(5), 3, 4, 8);
                return d.attention(three.get(0), three.get(1), three.get(2), d.constant(mask), 32);
              },
              x);
      Tensor cut = x.view(2, 5, 3, 4, 8).transpose(1, 3); // (batch, heads, 3, length, width)
      Tensor seen = Ops.attention(cut.select(2, 0), cut.select(2, 1), cut.select(2, 2), mask, 0);
      agree(found, seen.transpose(1, 2).reshape(10, 32));
    }
  }

  @Test
  void oneProgramServesEverySizeAndOutlivesItsDraft() {
    Program program;
    try (Scope scope = Scope.open()) {
      Draft draft = new Draft(2);
      Node sum = draft.add(draft.input(0), draft.input(1));
      program = draft.program(draft.mul(sum, draft.constant(Tensor.of(new float[] {2}, 1))));
    }
    try (program) {
      for (int size : new int[] {3, 1, 1000, 2}) {
        try (Scope scope = Scope.open()) {
          Tensor x = Tensor.full(3, DType.F32, Device.CPU, size);
          agree(program.run(x, x), Tensor.full(12, DType.F32, Device.CPU, size));
        }
      }
    }
  }

  @Test
  void noGradientsFlow() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.full(1, DType.F32, Device.CPU, 2).requireGrad(true);
      assertThat(run(Draft::tanh, x).requiresGrad()).isFalse();
      assertThat(x.tanh().requiresGrad()).isTrue(); // and recording goes on after it
    }
  }

  @Test
  void anotherNumberOfInputsIsRefused() {
    try (Scope scope = Scope.open()) {
      Draft draft = new Draft(2);
      try (Program program = draft.program(draft.add(draft.input(0), draft.input(1)))) {
        Tensor x = Tensor.zeros(DType.F32, Device.CPU, 1);
        assertThatThrownBy(() -> program.run(x))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("2 inputs, 1 given");
      }
    }
  }
}
