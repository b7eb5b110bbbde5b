package dev.aroma.model.bert;

import dev.aroma.model.bert.JointProduct.Beside;
import dev.aroma.model.bert.PackedAttention.Attended;
import dev.aroma.model.bert.PackedAttention.Gradients;
import dev.aroma.model.bert.RowKernels.Normalised;
import dev.aroma.nn.LayerNorm;
import dev.aroma.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;

/** A block with branches of any rank: they are further columns of the products beside them. */
final class AnyRankBlock extends PackedBlock {
  /**
   * What the forward pass leaves to the backward pass, beside what the attention keeps.
   *
   * @param x the input
   * @param rest what was added to the attention's output: x, or rows of it
   * @param narrow of the attention's output, (rows, columns), null without a branch
   * @param wide before GELU, (rows, intermediate); what is behind it is computed again
   */
  private record Saved(
      Tensor x,
      Tensor rest,
      Tensor narrow,
      Normalised first,
      Tensor wide,
      Tensor activeNarrow,
      Normalised second)
      implements Kept {
    @Override
    public Stream<Tensor> tensors() {
      return Stream.of(
          x,
          rest == x ? null : rest,
          narrow,
          first.x(),
          first.normal(),
          first.deviation(),
          wide,
          activeNarrow,
          second.normal(),
          second.deviation());
    }
  }

  private Saved saved;

  /** See {@link PackedBlock}. */
  AnyRankBlock(BertConfig config, int index, Block block) {
    super(config, index, block, Beside.COLUMNS, Beside.COLUMNS);
  }

  @Override
  Input input(Tensor x) {
    projections.fill(x);
    return new Input(x, null);
  }

  @Override
  Input forward(PackedRun run, Input input, JointProduct next, boolean keep) {
    Attended attended = attention.forward(run, input.x(), null, keep);
    Tensor narrow = attentionOutput.narrow(attended.states());
    Normalised first =
        PackedKernels.normForward(
            attentionOutput.forward(attended.states()),
            narrow,
            attentionOutput.b(),
            attentionOutput.rank(),
            attended.rest(),
            firstNorm,
            dropout(run, 0),
            intermediate.columns());
    intermediate.fill(first.x());
    Tensor wide = intermediate.forward(first.x()); // (rows, intermediate)
    Tensor active = PackedKernels.gelu(wide, run.scratch(wide.size(0)));
    Tensor activeNarrow = output.narrow(active);
    Normalised second =
        PackedKernels.normForward(
            output.forward(active),
            activeNarrow,
            output.b(),
            output.rank(),
            first.x(),
            secondNorm,
            dropout(run, 1),
            next == null ? 0 : next.columns());
    if (next != null) {
      next.fill(second.x());
    }
    if (keep) {
      saved = new Saved(input.x(), attended.rest(), narrow, first, wide, activeNarrow, second);
      Kept.keep(saved);
    }
    return new Input(second.x(), null);
  }

  @Override
  protected Gradient back(PackedRun run, Gradient gradient, JointProduct above, boolean deeper) {
    boolean projecting = deeper || projections.rank() > 0;
    boolean attending = projecting || attentionOutput.rank() > 0;
    Tensor[] second = normBack(run, gradient, above, saved.second, secondNorm, 1, output);
    output.finish(second[1], saved.activeNarrow);
    if (!attending && intermediate.rank() == 0) {
      output.gradientA(second[1], PackedKernels.gelu(saved.wide, scratch(run)));
      return null;
    }
    Tensor dfirst = feedForwardBack(run, second[1]);
    if (!attending) {
      return null;
    }
    Gradient down = new Gradient(dfirst, null, second[0]);
    Tensor[] first = normBack(run, down, intermediate, saved.first, firstNorm, 0, attentionOutput);
    attentionOutput.finish(first[1], saved.narrow);
    attentionOutput.gradientA(first[1], attention.attended());
    return projecting
        ? project(run, attention.backward(run, attentionOutput.backward(first[1])), first[0])
        : null;
  }

  /** From the gradient of its output to that of its input with columns. */
  private Tensor feedForwardBack(PackedRun run, Tensor dy) {
    Tensor dwide = output.backward(dy); // (rows, intermediate)
    output.gradientA(dy, PackedKernels.geluBackward(dwide, saved.wide, scratch(run)));
    intermediate.gradientB(0, dwide, saved.first.x());
    Tensor dfirst = intermediate.backward(0, dwide, null);
    intermediate.gradientA(dfirst, saved.first.x());
    return dfirst;
  }

  private Tensor scratch(PackedRun run) {
    return run.scratch(saved.wide.size(0));
  }

  /** From the gradients of queries, keys and values to that of the input with columns. */
  private Gradient project(PackedRun run, Gradients gradients, Tensor rest) {
    List<Tensor> three = gradients.three();
    projections.gradientB(0, three.get(0), saved.rest);
    projections.gradientB(1, three.get(1), saved.x);
    projections.gradientB(2, three.get(2), saved.x);
    boolean some = attention.firstOnly();
    Tensor dx = some ? ofFirsts(run, gradients, rest) : projections.backward(gradients);
    projections.gradientA(dx, saved.x);
    return new Gradient(dx, null, some ? null : rest);
  }

  private Tensor ofFirsts(PackedRun run, Gradients gradients, Tensor rest) {
    Tensor dx = projections.backward(gradients.joint(), 1);
    Tensor firsts = projections.backward(0, gradients.three().get(0), null);
    firsts.narrow(1, 0, rest.size(1)).addIn(rest, 1);
    dx.addRowsIn(run.firsts(), firsts);
    return dx;
  }

  /** Gradients of what was added: of the rest, and of the side product with its columns. */
  private Tensor[] normBack(
      PackedRun run,
      Gradient gradient,
      JointProduct above,
      Normalised forward,
      LayerNorm norm,
      int half,
      SideProduct side) {
    return PackedKernels.normBackward(
        gradient.main(),
        above == null ? null : above.a(),
        above == null ? 0 : above.rank(),
        gradient.rest(),
        forward,
        norm,
        dropout(run, half),
        side.width());
  }

  @Override
  protected void forget() {
    if (saved != null) {
      saved.close();
      saved = null;
    }
  }
}
