package dev.aroma.model.bert;

import dev.aroma.model.bert.JointProduct.Beside;
import dev.aroma.model.bert.PackedAttention.Attended;
import dev.aroma.model.bert.PackedAttention.Gradients;
import dev.aroma.model.bert.RankOneKernels.Back;
import dev.aroma.model.bert.RankOneKernels.Forward;
import dev.aroma.model.bert.RankOneKernels.Readers;
import dev.aroma.model.bert.RankOneKernels.Rows;
import dev.aroma.model.bert.RowKernels.Normalised;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
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
    super(config, index, block, Beside.LINES, Beside.NOTHING);
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
    Tensor a = attentionOutput.rank() == 0 ? null : attentionOutput.branch().a();
    Attended attended = attention.forward(run, input.x(), a, keep);
    Tensor number = number(attended);
    Forward first =
        RankOneKernels.normForward(
            attentionOutput.forward(attended.states()),
            number,
            attentionOutput.branch(),
            attended.rest(),
            firstNorm,
            dropout(run, 0),
            intermediate.readers());
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

  private Tensor number(Attended attended) {
    if (attentionOutput.rank() == 0 || attended.numbers() != null) {
      return attended.numbers();
    }
    Tensor a = attentionOutput.branch().a().unsqueeze(0);
    return RankOneKernels.numbers(attended.states(), a, 1);
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
    try (RowSums sums = new RowSums()) {
      Back first;
      try (Scope scope = Scope.open()) {
        first = Kept.keep(behindBack(run, gradient, above, sums));
      }
      forgetBehind(); // the most of what was kept
      try {
        Gradient down = attentionBack(run, first, deeper, sums);
        sums.addUp();
        return down;
      } finally {
        first.close();
      }
    }
  }

  /** Down to what was added to the attention's output. */
  private Back behindBack(PackedRun run, Gradient gradient, JointProduct above, RowSums sums) {
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
            0,
            sums);
    Tensor u = intermediate.rank() == 0 ? null : RankOneKernels.numbersOf(behind.wide);
    Tensor dwide = output.plainBackward(second.side(), run.scratch(behind.wide.size(0)));
    RankOneKernels.geluBackward(
        dwide,
        second.numbers(),
        output.branch(),
        behind.wide,
        behind.up,
        intermediate.branch(),
        u,
        sums);
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
        attentionOutput.width(),
        sums);
  }

  private Gradient attentionBack(PackedRun run, Back first, boolean deeper, RowSums sums) {
    List<Rows> attended = attended(first);
    if (!deeper && projections.rank() == 0) {
      RankOneKernels.rows(attended, sums);
      return null;
    }
    Gradients three = attention.backward(run, attentionOutput.backward(first.side()));
    Tensor rest = first.rest().detach(); // a handle that outlives the other
    return attention.firstOnly()
        ? projectFirst(run, three, rest, attended, deeper, sums)
        : project(three, rest, attended, deeper, sums);
  }

  /** The attention's output, where a branch reads it. */
  private List<Rows> attended(Back first) {
    return attentionOutput.rank() == 0
        ? List.of()
        : List.of(
            new Rows(
                attention.attended(),
                null,
                null,
                first.numbers().select(0, 0),
                attentionOutput.branch().gradientA()));
  }

  /** From the gradients of queries, keys and values to that of the input. */
  private Gradient project(
      Gradients three, Tensor rest, List<Rows> attended, boolean deeper, RowSums sums) {
    Tensor u = planes(rest.size(0));
    List<Rows> all = new ArrayList<>(branchesBack(three.three(), 0, asked.numbers, u));
    all.addAll(attended);
    RankOneKernels.rows(all, sums);
    inputSums(u, sums);
    return deeper ? new Gradient(projections.plainBackward(three), u, rest) : null;
  }

  /** {@link #project} where the first tokens' queries are all there is. */
  private Gradient projectFirst(
      PackedRun run,
      Gradients three,
      Tensor rest,
      List<Rows> attended,
      boolean deeper,
      RowSums sums) {
    Tensor u = planes(three.three().get(1).size(0));
    RankOneKernels.rows(branchesBack(three.three().subList(1, 3), 1, asked.numbers, u), sums);
    List<Rows> firsts = new ArrayList<>(attended);
    if (asked.firstNumbers == null) {
      RankOneKernels.rows(firsts, sums);
    } else {
      Tensor some = numbers(1, rest.size(0));
      firsts.addAll(branchesBack(three.three().subList(0, 1), 0, asked.firstNumbers, some));
      RankOneKernels.rows(firsts, sums);
      u.select(0, 0).zero().addRowsIn(run.firsts(), some.select(0, 0));
    }
    inputSums(u, sums);
    if (!deeper) {
      return null;
    }
    Tensor dx = projections.plainBackward(three.joint(), 1);
    dx.addRowsIn(run.firsts(), projections.plainBackward(0, three.three().get(0), rest));
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
   * What gives, of layers' branches, the numbers of their outputs' gradients and the gradients of
   * b.
   *
   * @param gradients of the outputs of so many layers
   * @param from the first of them
   * @param t numbers, whose first plane is the first branch's of all
   * @param u to be written, alike
   */
  private List<Rows> branchesBack(List<Tensor> gradients, int from, Tensor t, Tensor u) {
    return projections.live(from, gradients.size()).stream()
        .map(
            layer -> {
              int branch = projections.branch(layer);
              return new Rows(
                  gradients.get(layer - from),
                  projections.b().select(0, branch),
                  u.select(0, branch),
                  t.select(0, branch),
                  projections.gradientB(layer));
            })
        .toList();
  }

  /** The gradients of the projections' a, where no block below computes them. */
  private void inputSums(Tensor u, RowSums sums) {
    if (lowest && projections.rank() > 0) {
      Tensor x = asked.x.narrow(1, 0, projections.in());
      List<Tensor> targets = projections.readers().gradients();
      RankOneKernels.rows(
          IntStream.range(0, targets.size())
              .mapToObj(j -> new Rows(x, null, null, u.select(0, j), targets.get(j)))
              .toList(),
          sums);
    }
  }

  @Override
  protected void forget() {
    forgetBehind();
    if (asked != null) {
      asked.close();
      asked = null;
    }
  }

  private void forgetBehind() {
    if (behind != null) {
      behind.close();
      behind = null;
    }
  }
}
