package dev.aroma.model.bert;

import dev.aroma.model.bert.JointProduct.Beside;
import dev.aroma.model.bert.RowKernels.Dropout;
import dev.aroma.nn.LayerNorm;
import dev.aroma.nn.RankBranch.Factors;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A block's forward and backward pass over packed sequences; rows are tokens. */
abstract sealed class PackedBlock permits AnyRankBlock, RankOneBlock {
  /**
   * A block's input.
   *
   * @param x (tokens, hidden + columns of {@link #projections}), the columns filled
   * @param numbers float32, what the columns hold (see {@link RankOneKernels}); null where nobody
   *     asks for it
   */
  record Input(Tensor x, Tensor numbers) implements Kept {
    @Override
    public Stream<Tensor> tensors() {
      return Stream.of(x, numbers);
    }
  }

  /**
   * A gradient of a block's input on its way down.
   *
   * @param main (tokens, hidden), less the branches' part; that is from further columns, or from
   *     the numbers
   * @param numbers float32, of the gradients behind the projections; null without any
   * @param rest (tokens, hidden), what goes past the block's products; null where that is in main
   */
  record Gradient(Tensor main, Tensor numbers, Tensor rest) implements Kept {
    @Override
    public Stream<Tensor> tensors() {
      return Stream.of(main, numbers, rest);
    }
  }

  protected final JointProduct projections;
  protected final PackedAttention attention;
  protected final SideProduct attentionOutput;
  protected final JointProduct intermediate;
  protected final SideProduct output;
  protected final LayerNorm firstNorm;
  protected final LayerNorm secondNorm;
  private final BertConfig config;
  private final int index;

  /**
   * The passes of a block.
   *
   * @param index which one, from 0
   * @param ofProjections what of their branches is in the product of queries, keys and values
   * @param ofIntermediate the same of the feed-forward layer's first product
   */
  PackedBlock(
      BertConfig config, int index, Block block, Beside ofProjections, Beside ofIntermediate) {
    this.config = config;
    this.index = index;
    this.projections = new JointProduct(block.projections(), ofProjections);
    this.attention =
        PackedAttention.of(
            config, projections, index == config.layers() - 1, 2 * config.layers() + 1 + index);
    this.attentionOutput = new SideProduct(block.attentionOutput().dense());
    this.intermediate = new JointProduct(List.of(block.intermediate()), ofIntermediate);
    this.output = new SideProduct(block.output().dense());
    this.firstNorm = block.attentionOutput().norm();
    this.secondNorm = block.output().norm();
  }

  /** Its products, in the order of the forward pass. */
  final List<PackedProduct> products() {
    return List.of(projections, attentionOutput, intermediate, output);
  }

  /** The branches of its layers. */
  final List<Factors> branches() {
    List<Factors> all = new ArrayList<>();
    products().forEach(product -> all.addAll(product.branches()));
    return all;
  }

  /** The product that reads the block's input. */
  final JointProduct projections() {
    return projections;
  }

  /** Dropout before one of the two normalisations. */
  protected final Dropout dropout(PackedRun run, int half) {
    return run.dropout(config.hiddenDropout(), 2 * index + half);
  }

  /**
   * The input that embeddings make.
   *
   * @param x (tokens, hidden + columns), whose columns are to be filled
   */
  abstract Input input(Tensor x);

  /**
   * One block.
   *
   * @param next the product that reads the output; null at the top
   * @param keep whether a backward pass will follow
   * @return input of the next block: a row for each token, of the last block for the first of each
   *     sequence
   */
  abstract Input forward(PackedRun run, Input input, JointProduct next, boolean keep);

  /**
   * Adds up gradients of the factors and gives that of the input.
   *
   * @param gradient of the output
   * @param above the product that reads the output; null at the top
   * @param deeper whether a block below has factors too
   * @return null where nothing below needs it
   */
  final Gradient backward(PackedRun run, Gradient gradient, JointProduct above, boolean deeper) {
    try {
      Gradient back = back(run, gradient, above, deeper);
      return back == null ? null : Kept.keep(back);
    } finally {
      abandon();
    }
  }

  /** Frees what a forward pass left, if it did, where no backward pass will follow. */
  final void abandon() {
    forget();
    attention.forget();
  }

  /** {@link #backward}, in a scope of its own. */
  protected abstract Gradient back(
      PackedRun run, Gradient gradient, JointProduct above, boolean deeper);

  /** Frees what {@link #forward} left, if it did. */
  protected abstract void forget();

  final void close() {
    products().forEach(PackedProduct::close);
  }
}
