package dev.aroma.model.bert;

import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;

/**
 * A block's self-attention over packed sequences, forwards and backwards. The last block's is asked
 * about the first token of each sequence alone, since the head reads nothing else; keys and values
 * are those of all tokens all the same.
 */
final class PackedAttention {
  /**
   * What comes out.
   *
   * @param states (rows, hidden)
   * @param rest what the block adds to it, (rows, hidden or more): a row of the input each
   */
  record Attended(Tensor states, Tensor rest) {}

  /**
   * What the forward pass leaves to the backward pass.
   *
   * @param q (rows, heads, head size), k and v (tokens, heads, head size)
   */
  private record Saved(Tensor q, Tensor k, Tensor v, Ops.PackedAttention attention) {
    private List<Tensor> all() {
      return Stream.concat(
              Stream.of(q, k, v, attention.output(), attention.sums()),
              Stream.of(attention.random(), attention.offset()))
          .toList();
    }
  }

  private final BertConfig config;
  private final JointProduct projections;
  private final boolean firstOnly;
  private Saved saved;

  /**
   * Of a block.
   *
   * @param projections queries, keys and values
   * @param firstOnly whether only the first tokens ask
   */
  PackedAttention(BertConfig config, JointProduct projections, boolean firstOnly) {
    this.config = config;
    this.projections = projections;
    this.firstOnly = firstOnly;
  }

  /** Whether only the first tokens ask. */
  boolean firstOnly() {
    return firstOnly;
  }

  /**
   * Attends.
   *
   * @param x (tokens, hidden + columns), whose columns are filled
   * @param keep whether {@link #backward} will follow
   */
  Attended forward(PackedRun run, Tensor x, boolean keep) {
    Tensor rest = firstOnly ? x.rows(run.firsts()) : x;
    Tensor all = firstOnly ? projections.forward(x, 1, 2) : projections.forward(x);
    Tensor q = heads(firstOnly ? projections.forward(rest, 0, 1) : all, 0);
    Tensor k = heads(all, firstOnly ? 0 : 1);
    Tensor v = heads(all, firstOnly ? 1 : 2);
    Ops.PackedAttention attention =
        Ops.packedAttention(
            q,
            k,
            v,
            firstOnly ? run.ends() : run.offsets(),
            run.offsets(),
            firstOnly ? 1 : run.longest(),
            run.longest(),
            run.dropout(config.attentionDropout()));
    if (keep) {
      saved = new Saved(q, k, v, attention);
      saved.all().forEach(Tensor::keep);
    }
    return new Attended(attention.output().view(q.size(0), config.hiddenSize()), rest);
  }

  /** What tokens attended to in the forward pass, (rows, hidden). */
  Tensor attended() {
    return saved.attention.output().view(saved.q.size(0), config.hiddenSize());
  }

  private Tensor heads(Tensor projected, int part) {
    long width = config.hiddenSize();
    Tensor one = projected.narrow(1, part * width, width);
    return one.view(one.size(0), config.heads(), config.headSize());
  }

  /**
   * The gradients of queries, (rows, hidden), keys and values, (tokens, hidden).
   *
   * @param gradient of what tokens attended to, (rows, hidden)
   */
  List<Tensor> backward(PackedRun run, Tensor gradient) {
    Tensor[] three =
        Ops.packedAttentionBackward(
            gradient.view(gradient.size(0), config.heads(), config.headSize()),
            saved.q,
            saved.k,
            saved.v,
            saved.attention,
            firstOnly ? run.ends() : run.offsets(),
            run.offsets(),
            firstOnly ? 1 : run.longest(),
            run.longest(),
            run.dropout(config.attentionDropout()));
    return Stream.of(three)
        .map(heads -> heads.reshape(heads.size(0), config.hiddenSize()))
        .toList();
  }

  /** Frees what {@link #forward} left. */
  void forget() {
    saved.all().forEach(Tensor::close);
    saved = null;
  }
}
