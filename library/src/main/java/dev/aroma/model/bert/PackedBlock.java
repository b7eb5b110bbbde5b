package dev.aroma.model.bert;

import dev.aroma.model.bert.PackedAttention.Attended;
import dev.aroma.model.bert.PackedKernels.Narrow;
import dev.aroma.model.bert.PackedKernels.Normalised;
import dev.aroma.model.bert.PackedKernels.Sums;
import dev.aroma.nn.LayerNorm;
import dev.aroma.nn.RankBranch.Factors;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** A block's forward and backward pass over packed sequences. */
final class PackedBlock {
  /**
   * What the forward pass leaves to the backward pass, beside what the attention keeps; rows are
   * tokens.
   *
   * @param narrow of the attention's output, (rows, columns), null without a branch
   * @param wide before GELU, (rows, intermediate); what is behind it is computed again
   */
  private record Saved(
      Tensor narrow, Normalised first, Tensor wide, Tensor activeNarrow, Normalised second) {
    private List<Tensor> all() {
      return Stream.of(
              narrow,
              first.x(),
              first.normal(),
              first.deviation(),
              wide,
              activeNarrow,
              second.normal(),
              second.deviation())
          .filter(Objects::nonNull)
          .toList();
    }
  }

  /**
   * A gradient on its way down.
   *
   * @param main (tokens, hidden + columns): less the branches' part, whose factors the columns are
   * @param rest (tokens, hidden), what goes past the block's products; null where that is in main
   */
  record Gradient(Tensor main, Tensor rest) {
    Gradient keep() {
      main.keep();
      if (rest != null) {
        rest.keep();
      }
      return this;
    }

    void close() {
      main.close();
      if (rest != null) {
        rest.close();
      }
    }
  }

  private final BertConfig config;
  private final int index;
  private final JointProduct projections;
  private final PackedAttention attention;
  private final SideProduct attentionOutput;
  private final JointProduct intermediate;
  private final SideProduct output;
  private final LayerNorm firstNorm;
  private final LayerNorm secondNorm;
  private Saved saved;

  /**
   * The passes of a block.
   *
   * @param index which one, from 0
   */
  PackedBlock(BertConfig config, int index, Block block) {
    this.config = config;
    this.index = index;
    this.projections = new JointProduct(block.projections());
    this.attention = new PackedAttention(config, projections, index == config.layers() - 1);
    this.attentionOutput = new SideProduct(block.attentionOutput().dense());
    this.intermediate = new JointProduct(List.of(block.intermediate()));
    this.output = new SideProduct(block.output().dense());
    this.firstNorm = block.attentionOutput().norm();
    this.secondNorm = block.output().norm();
  }

  /** Its products, in the order of the forward pass. */
  List<PackedProduct> products() {
    return List.of(projections, attentionOutput, intermediate, output);
  }

  /** The branches of its layers. */
  List<Factors> branches() {
    List<Factors> all = new ArrayList<>();
    products().forEach(product -> all.addAll(product.branches()));
    return all;
  }

  /** The product that reads the block's input. */
  JointProduct projections() {
    return projections;
  }

  // --- forwards ----------------------------------------------------------------------------------

  /**
   * One block.
   *
   * @param x (tokens, hidden + columns of {@link #projections}), the columns filled
   * @param next the product that reads the output; null at the top
   * @param keep whether a backward pass will follow
   * @return (rows, hidden + columns of {@code next}), the columns filled: a row for each token, in
   *     the last block for the first of each sequence
   */
  Tensor forward(PackedRun run, Tensor x, JointProduct next, boolean keep) {
    Attended attended = attention.forward(run, x, keep);
    Tensor narrow = attentionOutput.narrow(attended.states());
    Normalised first =
        PackedKernels.normForward(
            attentionOutput.forward(attended.states()),
            narrow,
            attentionOutput.b(),
            attentionOutput.rank(),
            attended.rest(),
            firstNorm,
            run.dropout(config.hiddenDropout(), 2 * index),
            intermediate.narrow());
    intermediate.finish(first.x());
    Tensor wide = intermediate.forward(first.x()); // (rows, intermediate)
    Tensor[] active = PackedKernels.geluForward(wide, output.narrow());
    Tensor activeNarrow = active[1] == null ? output.narrow(active[0]) : active[1];
    Normalised second =
        PackedKernels.normForward(
            output.forward(active[0]),
            activeNarrow,
            output.b(),
            output.rank(),
            first.x(),
            secondNorm,
            run.dropout(config.hiddenDropout(), 2 * index + 1),
            next == null ? new Narrow(null, 0, 0) : next.narrow());
    if (next != null) {
      next.finish(second.x());
    }
    if (keep) {
      saved = new Saved(narrow, first, wide, activeNarrow, second);
      saved.all().forEach(Tensor::keep);
    }
    return second.x();
  }

  // --- backwards ---------------------------------------------------------------------------------

  /**
   * Adds up gradients of the factors and gives that of the input.
   *
   * @param gradient of the output
   * @param above the product that reads the output; null at the top
   * @param deeper whether a block below has factors too
   * @return null where nothing below needs it
   */
  Gradient backward(PackedRun run, Gradient gradient, JointProduct above, boolean deeper) {
    try {
      Gradient back = back(run, gradient, above, deeper);
      return back == null ? null : back.keep();
    } finally {
      saved.all().forEach(Tensor::close);
      saved = null;
      attention.forget();
    }
  }

  private Gradient back(PackedRun run, Gradient gradient, JointProduct above, boolean deeper) {
    boolean projecting = deeper || projections.rank() > 0;
    boolean attending = projecting || attentionOutput.rank() > 0;
    Tensor[] second = normBack(run, gradient, above, saved.second, secondNorm, 1, output);
    output.finish(second[1], saved.activeNarrow);
    if (!attending && intermediate.rank() == 0) {
      output.gradientA(second[1], active());
      return null;
    }
    Tensor dfirst = feedForwardBack(second[1]);
    if (!attending) {
      return null;
    }
    Tensor[] first =
        normBack(
            run,
            new Gradient(dfirst, second[0]),
            intermediate,
            saved.first,
            firstNorm,
            0,
            attentionOutput);
    attentionOutput.finish(first[1], saved.narrow);
    attentionOutput.gradientA(first[1], attention.attended());
    return projecting
        ? attention.backward(run, attentionOutput.backward(first[1]), first[0])
        : null;
  }

  /** From the gradient of its output to that of its input with columns. */
  private Tensor feedForwardBack(Tensor dy) {
    Tensor dwide = output.backward(dy); // (rows, intermediate)
    boolean within = Math.max(output.rank(), intermediate.rank()) <= PackedKernels.SUMS;
    if (within) {
      PackedKernels.geluBackward(dwide, saved.wide, activeSums(dy), downSums());
    } else {
      output.gradientA(dy, PackedKernels.geluBackward(dwide, saved.wide));
      intermediate.gradientB(0, dwide, saved.first.x());
    }
    Tensor dfirst = intermediate.backward(0, dwide, null);
    intermediate.gradientA(dfirst, saved.first.x());
    return dfirst;
  }

  private Tensor active() {
    return PackedKernels.geluForward(saved.wide, new Narrow(null, 0, 0))[0];
  }

  private Sums activeSums(Tensor dy) {
    return output.rank() == 0
        ? Sums.NONE
        : new Sums(output.columns(dy), output.rank(), output.productA());
  }

  private Sums downSums() {
    return intermediate.rank() == 0
        ? Sums.NONE
        : new Sums(
            intermediate.columns(saved.first.x()), intermediate.rank(), intermediate.productB(0));
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
        gradient.main,
        above == null ? null : above.a(),
        above == null ? 0 : above.rank(),
        gradient.rest,
        forward,
        norm,
        run.dropout(config.hiddenDropout(), 2 * index + half),
        side.narrowBack());
  }

  void close() {
    products().forEach(PackedProduct::close);
  }
}
