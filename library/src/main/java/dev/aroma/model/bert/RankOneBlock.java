package dev.aroma.model.bert;

import dev.aroma.model.bert.PackedAttention.Attended;
import dev.aroma.model.bert.PackedAttention.Gradients;
import dev.aroma.model.bert.RankOneKernels.Back;
import dev.aroma.model.bert.RankOneKernels.Forward;
import dev.aroma.model.bert.RankOneKernels.Readers;
import dev.aroma.model.bert.RowKernels.Normalised;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;

/**
 * A block with branches of rank one, as AROMA trains them: the kernels between the large products
 * do all that is theirs, and of each normalisation only what is before its weight and bias stays
 * until the backward pass.
 */
final class RankOneBlock extends PackedBlock {
  /**
   * What the forward pass leaves to the attention's backward pass, beside what that keeps itself.
   *
   * @param x the input, where no block below has it from its normalisation; else null
   * @param numbers of the projections' branches: x · a
   * @param firstNumbers those of the first tokens
   */
  private record Asked(Tensor x, Tensor numbers, Tensor firstNumbers) implements Kept {
    @Override
    public Stream<Tensor> tensors() {
      return Stream.of(x, numbers, firstNumbers);
    }
  }

  /**
   * What it leaves to the backward pass of what is behind the attention.
   *
   * @param attended numbers of the attention's output, up of the feed-forward layer's input, active
   *     of what is behind GELU; null without a branch
   * @param wide before GELU, (rows, intermediate), without its branch; what is behind is computed
   *     again
   */
  private record Behind(
      Tensor attended, Normalised first, Tensor up, Tensor wide, Tensor active, Normalised second)
      implements Kept {
    @Override
    public Stream<Tensor> tensors() {
      return Stream.of(
          attended,
          first.normal(),
          first.deviation(),
          up,
          wide,
          active,
          second.normal(),
          second.deviation());
    }
  }

  private final boolean lowest;
  private Asked asked;
  private Behind behind;

  /**
   * See {@link PackedBlock}.
   *
   * @param lowest whether no backward pass goes below it
   */
  RankOneBlock(BertConfig config, int index, Block block, boolean lowest) {
    super(config, index, block);
    this.lowest = lowest;
  }

  // --- forwards ----------------------------------------------------------------------------------

  @Override
  Input input(Tensor x) {
    projections.fill(x);
    Tensor main = x.narrow(1, 0, projections.in());
    return new Input(
        x, RankOneKernels.numbers(main, projections.readers().a(), projections.rank()));
  }

  @Override
  Input forward(PackedRun run, Input input, JointProduct next, boolean keep) {
    Attended attended = attention.forward(run, input.x(), keep);
    Tensor number = number(attended.states());
    Forward first =
        RankOneKernels.normForward(
            attentionOutput.forward(attended.states()),
            number,
            attentionOutput.branch(),
            attended.rest(),
            firstNorm,
            dropout(run, 0),
            intermediate.readers().without());
    Tensor wide = intermediate.plain(first.states().x()); // (rows, intermediate)
    Tensor active = output.rank() == 0 ? null : RankOneKernels.numbersOf(wide);
    Tensor gelu = run.scratch(wide.size(0));
    RankOneKernels.geluForward(
        wide, first.numbers(), intermediate.branch(), output.branch(), gelu, active);
    Forward second =
        RankOneKernels.normForward(
            output.forward(gelu),
            active,
            output.branch(),
            first.states().x(),
            secondNorm,
            dropout(run, 1),
            next == null ? Readers.NONE : next.readers());
    if (keep) {
      Tensor x = lowest ? input.x() : null;
      asked = new Asked(x, input.numbers(), firsts(run, input.numbers()));
      Kept.keep(asked);
      behind = new Behind(number, first.states(), first.numbers(), wide, active, second.states());
      Kept.keep(behind);
    }
    return new Input(second.states().x(), second.numbers());
  }

  private Tensor number(Tensor attended) {
    return attentionOutput.rank() == 0
        ? null
        : RankOneKernels.numbers(attended, attentionOutput.branch().a(), 1);
  }

  /** Of the numbers of queries those that are used, (1, rows, parts); null where all are. */
  private Tensor firsts(PackedRun run, Tensor numbers) {
    return attention.firstOnly() && !projections.live(0, 1).isEmpty()
        ? numbers.select(0, 0).rows(run.firsts()).unsqueeze(0)
        : null;
  }

  // --- backwards ---------------------------------------------------------------------------------

  @Override
  protected Gradient back(PackedRun run, Gradient gradient, JointProduct above, boolean deeper) {
    Back first;
    try (Scope scope = Scope.open()) {
      first = Kept.keep(behindBack(run, gradient, above));
    }
    forgetBehind(); // the most of what was kept
    try {
      return attentionBack(run, first, deeper);
    } finally {
      first.close();
    }
  }

  /** Down to what was added to the attention's output. */
  private Back behindBack(PackedRun run, Gradient gradient, JointProduct above) {
    Back second =
        RankOneKernels.normBackward(
            gradient.main(),
            gradient.numbers(),
            above == null ? Readers.NONE : above.readers(),
            gradient.rest(),
            behind.second,
            behind.active,
            output.branch(),
            secondNorm,
            dropout(run, 1),
            0);
    Tensor u = intermediate.rank() == 0 ? null : RankOneKernels.numbersOf(behind.wide);
    Tensor dwide = output.plainBackward(second.side(), run.scratch(behind.wide.size(0)));
    RankOneKernels.geluBackward(
        dwide, second.numbers(), output.branch(), behind.wide, behind.up, intermediate.branch(), u);
    return RankOneKernels.normBackward(
        intermediate.plainBackward(0, dwide, null),
        u,
        intermediate.readers(),
        second.rest(),
        behind.first,
        behind.attended,
        attentionOutput.branch(),
        firstNorm,
        dropout(run, 0),
        attentionOutput.width());
  }

  private Gradient attentionBack(PackedRun run, Back first, boolean deeper) {
    if (attentionOutput.rank() > 0) {
      RankOneKernels.sums(
          attention.attended(), first.numbers(), List.of(attentionOutput.branch().gradientA()));
    }
    if (!deeper && projections.rank() == 0) {
      return null;
    }
    Gradients three = attention.backward(run, attentionOutput.backward(first.side()));
    Tensor rest = first.rest().detach(); // a handle that outlives the other
    return attention.firstOnly()
        ? projectFirst(run, three.three(), rest, deeper)
        : project(three, rest, deeper);
  }

  /** From the gradients of queries, keys and values to that of the input. */
  private Gradient project(Gradients three, Tensor rest, boolean deeper) {
    Tensor u = planes(rest.size(0));
    branchesBack(three.three(), 0, asked.numbers, u);
    inputSums(u);
    return deeper ? new Gradient(projections.plainBackward(three), u, rest) : null;
  }

  /** {@link #project} where the first tokens' queries are all there is. */
  private Gradient projectFirst(PackedRun run, List<Tensor> three, Tensor rest, boolean deeper) {
    Tensor u = planes(three.get(1).size(0));
    branchesBack(three.subList(1, 3), 1, asked.numbers, u);
    if (asked.firstNumbers != null) {
      Tensor some = numbers(1, three.get(0).size(0));
      branchesBack(three.subList(0, 1), 0, asked.firstNumbers, some);
      u.select(0, 0).zero().addRowsIn(run.firsts(), some.select(0, 0));
    }
    inputSums(u);
    if (!deeper) {
      return null;
    }
    Tensor dx = projections.plainBackward(1, three.get(1), null);
    dx = projections.plainBackward(2, three.get(2), dx);
    dx.addRowsIn(run.firsts(), projections.plainBackward(0, three.get(0), rest));
    return new Gradient(dx, u, null);
  }

  private Tensor planes(long rows) {
    return projections.rank() == 0 ? null : numbers(projections.rank(), rows);
  }

  private Tensor numbers(long planes, long rows) {
    long parts = RowKernels.warps((int) projections.in());
    return Tensor.unwritten(DType.F32, Device.CUDA, planes, rows, parts);
  }

  /**
   * Of layers' branches the numbers of their outputs' gradients, and the gradients of b.
   *
   * @param gradients of the outputs of so many layers
   * @param from the first of them
   * @param t numbers, whose first plane is the first branch's of all
   * @param u to be written, alike
   */
  private void branchesBack(List<Tensor> gradients, int from, Tensor t, Tensor u) {
    List<Integer> live = projections.live(from, gradients.size());
    if (live.isEmpty()) {
      return;
    }
    int branch = projections.branch(from);
    RankOneKernels.rows(
        live.stream().map(layer -> gradients.get(layer - from)).toList(),
        projections.b().narrow(0, branch, live.size()),
        t.narrow(0, branch, live.size()),
        u.narrow(0, branch, live.size()),
        live.stream().map(projections::gradientB).toList());
  }

  /** The gradients of the projections' a, where no block below computes them. */
  private void inputSums(Tensor u) {
    if (lowest && projections.rank() > 0) {
      Tensor x = asked.x.narrow(1, 0, projections.in());
      RankOneKernels.sums(x, u, projections.readers().gradients());
    }
  }

  @Override
  protected void forget() {
    forgetBehind();
    asked.close();
    asked = null;
  }

  private void forgetBehind() {
    if (behind != null) {
      behind.close();
      behind = null;
    }
  }
}
