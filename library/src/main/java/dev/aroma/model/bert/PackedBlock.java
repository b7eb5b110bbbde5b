package dev.aroma.model.bert;

import dev.aroma.nn.LayerNorm;
import dev.aroma.nn.RankBranch.Factors;
import dev.aroma.tensor.CudaKernels;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A block's forward and backward pass over packed sequences. What one pass over memory can do is
 * one kernel: adding a branch, dropout, the residual and normalisation; GELU and its gradient.
 */
final class PackedBlock {
  private static final int THREADS = 128;

  /**
   * What the forward pass leaves to the backward pass; rows are tokens.
   *
   * @param x (tokens, hidden + columns of the first product)
   * @param projected queries, keys and values, (tokens, 3 · hidden)
   */
  private record Saved(
      Tensor x,
      Tensor projected,
      Ops.PackedAttention attention,
      Tensor attentionNarrow,
      Norm first,
      Tensor wide,
      Tensor active,
      Tensor activeNarrow,
      Norm second) {
    private List<Tensor> all() {
      List<Tensor> all = new ArrayList<>(List.of(x, projected, wide, active));
      all.addAll(List.of(attention.output(), attention.sums()));
      all.addAll(List.of(attention.random(), attention.offset()));
      all.addAll(List.of(first.x, first.normal, first.deviation));
      all.addAll(List.of(second.normal, second.deviation));
      if (attentionNarrow != null) {
        all.add(attentionNarrow);
      }
      if (activeNarrow != null) {
        all.add(activeNarrow);
      }
      return all;
    }

    Saved keep() {
      all().forEach(Tensor::keep);
      return this;
    }

    void close() {
      all().forEach(Tensor::close);
    }
  }

  /** A normalisation's output (with room for columns), what was normalised, and 1 / deviation. */
  private record Norm(Tensor x, Tensor normal, Tensor deviation) {}

  /**
   * A gradient on its way down.
   *
   * @param main (tokens, hidden + columns): less the branches' part, whose factors the columns are
   * @param rest (tokens, hidden), what goes past the block's products; null at the top
   */
  record Gradient(Tensor main, Tensor rest) {}

  private final BertConfig config;
  private final CudaKernels kernels;
  private final int index;
  private final JointProduct projections;
  private final SideProduct attentionOutput;
  private final JointProduct intermediate;
  private final SideProduct output;
  private final LayerNorm firstNorm;
  private final LayerNorm secondNorm;
  private Saved saved;

  PackedBlock(BertConfig config, CudaKernels kernels, int index, Block block) {
    this.config = config;
    this.kernels = kernels;
    this.index = index;
    this.projections = new JointProduct(block.projections());
    this.attentionOutput = new SideProduct(block.attentionOutput().dense());
    this.intermediate = new JointProduct(List.of(block.intermediate()));
    this.output = new SideProduct(block.output().dense());
    this.firstNorm = block.attentionOutput().norm();
    this.secondNorm = block.output().norm();
  }

  List<Factors> branches() {
    List<Factors> all = new ArrayList<>(projections.branches());
    all.addAll(attentionOutput.branches());
    all.addAll(intermediate.branches());
    all.addAll(output.branches());
    return all;
  }

  List<JointProduct> joint() {
    return List.of(projections, intermediate);
  }

  List<SideProduct> sides() {
    return List.of(attentionOutput, output);
  }

  /** The product that reads the block's input. */
  JointProduct projections() {
    return projections;
  }

  // --- forwards
  // -----------------------------------------------------------------------------------

  /**
   * One block.
   *
   * @param x (tokens, hidden + columns of {@link #projections})
   * @param next columns that the output is to have behind its own
   * @param keep whether a backward pass will follow
   */
  Tensor forward(PackedRun run, Tensor x, int next, boolean keep) {
    Tensor projected = projections.forward(x); // (tokens, 3 · hidden)
    List<Tensor> parts = heads(projected);
    Ops.PackedAttention attention =
        Ops.packedAttention(
            parts.get(0),
            parts.get(1),
            parts.get(2),
            run.offsets(),
            run.longest(),
            run.dropout(config.attentionDropout()));
    Tensor attended = attention.output().view(x.size(0), config.hiddenSize());
    Tensor narrow = attentionOutput.narrow(attended);
    Norm first =
        normalise(run, attentionOutput, attended, narrow, x, firstNorm, 0, intermediate.width());
    Tensor wide = intermediate.forward(first.x); // (tokens, intermediate)
    Tensor active = unwritten(wide.size(0), wide.size(1));
    kernels.launch(
        "gelu_forward", blocks(wide.count(), 8 * THREADS), 1, THREADS, wide, active, wide.count());
    Tensor activeNarrow = output.narrow(active);
    Norm second = normalise(run, output, active, activeNarrow, first.x, secondNorm, 1, next);
    if (keep) {
      saved =
          new Saved(x, projected, attention, narrow, first, wide, active, activeNarrow, second)
              .keep();
    }
    return second.x;
  }

  private List<Tensor> heads(Tensor projected) {
    List<Tensor> parts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Tensor one = projected.narrow(1, (long) i * config.hiddenSize(), config.hiddenSize());
      parts.add(one.view(one.size(0), config.heads(), config.headSize()));
    }
    return parts;
  }

  /** norm(rest + drop(side(x))) with room for columns behind. */
  private Norm normalise(
      PackedRun run,
      SideProduct side,
      Tensor x,
      Tensor narrow,
      Tensor rest,
      LayerNorm norm,
      int half,
      int columns) {
    long rows = x.size(0);
    int width = config.hiddenSize();
    Tensor y = side.forward(x);
    Tensor out = unwritten(rows, width + columns);
    Tensor normal = unwritten(rows, width);
    Tensor deviation = Tensor.unwritten(DType.F32, Device.CUDA, rows);
    kernels.launch(
        "norm_forward",
        rows,
        1,
        rowThreads(),
        y,
        narrow,
        side.width(),
        side.b(),
        side.rank(),
        rest,
        (int) rest.size(1),
        norm.weight().value(),
        norm.bias().value(),
        (float) norm.epsilon(),
        (float) run.dropout(config.hiddenDropout()),
        run.seed(),
        2 * index + half,
        out,
        width + columns,
        normal,
        deviation,
        width);
    return new Norm(out, normal, deviation);
  }

  // --- backwards
  // ----------------------------------------------------------------------------------

  /**
   * Adds gradients of the factors and gives that of the input.
   *
   * @param gradient of the output
   * @param above the product that reads the output; null at the top
   * @param deeper whether a block below has factors too
   * @return null where nothing below needs it
   */
  Gradient backward(PackedRun run, Gradient gradient, JointProduct above, boolean deeper) {
    Saved s = saved;
    saved = null;
    try {
      Gradient back = backward(run, gradient, above, deeper, s);
      if (back != null) {
        back.main.keep();
        back.rest.keep();
      }
      return back;
    } finally {
      s.close();
    }
  }

  private Gradient backward(
      PackedRun run, Gradient gradient, JointProduct above, boolean deeper, Saved s) {
    boolean projecting = deeper || projections.rank() > 0;
    boolean attending = projecting || attentionOutput.rank() > 0;
    boolean widening = attending || intermediate.rank() > 0;
    Tensor[] second = normaliseBack(run, gradient, above, s.second, secondNorm, 1);
    Tensor u = output.gradients(second[1], s.active, s.activeNarrow);
    if (!widening) {
      return null;
    }
    Tensor dwide = output.backward(second[1]); // (tokens, intermediate)
    kernels.launch(
        "gelu_backward",
        blocks(dwide.size(1), 8 * THREADS),
        dwide.size(0),
        THREADS,
        dwide,
        u,
        output.width(),
        output.a(),
        output.rank(),
        s.wide,
        (int) dwide.size(1));
    Tensor dfirst = intermediate.backward(List.of(dwide), s.first.x);
    if (!attending) {
      return null;
    }
    Tensor[] first =
        normaliseBack(run, new Gradient(dfirst, second[0]), intermediate, s.first, firstNorm, 0);
    Tensor attended = s.attention.output().view(s.x.size(0), config.hiddenSize());
    Tensor v = attentionOutput.gradients(first[1], attended, s.attentionNarrow);
    if (!projecting) {
      return null;
    }
    Tensor dattended = attentionOutput.backward(first[1]); // (tokens, hidden)
    if (v != null) {
      addBranch(dattended, v);
    }
    return new Gradient(attentionBack(run, dattended, s), first[0]);
  }

  private Tensor attentionBack(PackedRun run, Tensor dattended, Saved s) {
    List<Tensor> parts = heads(s.projected);
    long rows = dattended.size(0);
    Tensor[] three =
        Ops.packedAttentionBackward(
            dattended.view(rows, config.heads(), config.headSize()),
            parts.get(0),
            parts.get(1),
            parts.get(2),
            s.attention,
            run.offsets(),
            run.longest(),
            run.dropout(config.attentionDropout()));
    List<Tensor> flat = new ArrayList<>();
    for (Tensor one : three) {
      flat.add(one.reshape(rows, config.hiddenSize()));
    }
    return projections.backward(flat, s.x);
  }

  /** Gradients of what was added: of the rest, and of the side product. */
  private Tensor[] normaliseBack(
      PackedRun run,
      Gradient gradient,
      JointProduct above,
      Norm forward,
      LayerNorm norm,
      int half) {
    int width = config.hiddenSize();
    long rows = gradient.main.size(0);
    float dropout = (float) run.dropout(config.hiddenDropout());
    Tensor rest = unwritten(rows, width);
    Tensor side = dropout > 0 ? unwritten(rows, width) : rest;
    kernels.launch(
        "norm_backward",
        rows,
        1,
        rowThreads(),
        gradient.main,
        (int) gradient.main.size(1),
        above == null ? null : above.a(),
        above == null ? 0 : above.rank(),
        gradient.rest,
        forward.normal,
        norm.weight().value(),
        forward.deviation,
        dropout,
        run.seed(),
        2 * index + half,
        rest,
        side,
        width);
    return new Tensor[] {rest, side};
  }

  private void addBranch(Tensor gradient, Tensor u) {
    kernels.launch(
        "rank_add",
        gradient.size(0),
        1,
        rowThreads(),
        gradient,
        u,
        attentionOutput.width(),
        attentionOutput.a(),
        attentionOutput.rank(),
        config.hiddenSize());
  }

  private static Tensor unwritten(long rows, long columns) {
    return Tensor.unwritten(DType.BF16, Device.CUDA, rows, columns);
  }

  private int rowThreads() {
    return (int) (32 * blocks(config.hiddenSize(), 8 * 32));
  }

  private static long blocks(long count, long each) {
    return (count + each - 1) / each;
  }

  void close() {
    joint().forEach(JointProduct::close);
  }
}
