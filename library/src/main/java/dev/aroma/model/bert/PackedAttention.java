package dev.aroma.model.bert;

import dev.aroma.tensor.Tensor;
import java.util.List;

/** A block's self-attention over packed sequences, forwards and backwards. */
abstract sealed class PackedAttention permits FullAttention, FirstAttention {
  /**
   * What comes out.
   *
   * @param states (rows, hidden)
   * @param numbers float32 (1, rows, parts), of the states with the vector that was given; null
   *     where they were not computed on the way
   * @param rest what the block adds to it, (rows, hidden or more): a row of the input each
   */
  record Attended(Tensor states, Tensor numbers, Tensor rest) {}

  /**
   * Gradients of queries, (rows, hidden), keys and values, (tokens, hidden).
   *
   * @param joint of which those over all tokens are columns, side by side; null where they lie
   *     apart
   */
  record Gradients(List<Tensor> three, Tensor joint) {}

  protected final BertConfig config;
  protected final JointProduct projections;
  protected final int place;

  /**
   * Of a block.
   *
   * @param projections queries, keys and values
   * @param place of its dropout
   */
  PackedAttention(BertConfig config, JointProduct projections, int place) {
    this.config = config;
    this.projections = projections;
    this.place = place;
  }

  /**
   * That of a block.
   *
   * @param first whether only the first tokens of sequences ask
   */
  static PackedAttention of(BertConfig config, JointProduct projections, boolean first, int place) {
    return first
        ? new FirstAttention(config, projections, place)
        : new FullAttention(config, projections, place);
  }

  /** Whether only the first tokens ask. */
  abstract boolean firstOnly();

  /**
   * Attends.
   *
   * @param x (tokens, hidden + columns), whose columns are filled
   * @param a (hidden), whose product with the states is wanted; or null
   * @param keep whether {@link #backward} will follow
   */
  abstract Attended forward(PackedRun run, Tensor x, Tensor a, boolean keep);

  /** What tokens attended to in the forward pass, (rows, hidden). */
  abstract Tensor attended();

  /**
   * Back.
   *
   * @param gradient of what tokens attended to, (rows, hidden)
   */
  abstract Gradients backward(PackedRun run, Tensor gradient);

  /** Frees what {@link #forward} left, if it did. */
  abstract void forget();

  /** Of outputs side by side one layer's. */
  protected final Tensor part(Tensor all, int part) {
    long width = config.hiddenSize();
    return all.narrow(1, part * width, width);
  }
}
