package dev.aroma.model.bert;

import dev.aroma.model.bert.PackedBlock.Gradient;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A block's self-attention over packed sequences, forwards and backwards: from its input to what
 * its tokens attended to. The last block's is asked about the first token of each sequence alone,
 * since the head reads nothing else; keys and values are those of all tokens all the same.
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
   * @param x (tokens, hidden + columns)
   * @param rest that of {@link Attended}
   * @param q (rows, heads, head size), k and v (tokens, heads, head size)
   */
  private record Saved(
      Tensor x, Tensor rest, Tensor q, Tensor k, Tensor v, Ops.PackedAttention attention) {
    private List<Tensor> all() {
      List<Tensor> all = new ArrayList<>(List.of(x, q, k, v));
      all.addAll(List.of(attention.output(), attention.sums()));
      all.addAll(List.of(attention.random(), attention.offset()));
      if (rest != x) {
        all.add(rest);
      }
      return all;
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
      saved = new Saved(x, rest, q, k, v, attention);
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
   * Adds up gradients of the factors and gives that of the input.
   *
   * @param gradient of what tokens attended to, (rows, hidden)
   * @param rest of the rest, (rows, hidden)
   */
  Gradient backward(PackedRun run, Tensor gradient, Tensor rest) {
    Saved s = saved;
    Tensor[] three =
        Ops.packedAttentionBackward(
            gradient.view(gradient.size(0), config.heads(), config.headSize()),
            s.q,
            s.k,
            s.v,
            s.attention,
            firstOnly ? run.ends() : run.offsets(),
            run.offsets(),
            firstOnly ? 1 : run.longest(),
            run.longest(),
            run.dropout(config.attentionDropout()));
    Tensor dq = flat(three[0]);
    Tensor dk = flat(three[1]);
    Tensor dv = flat(three[2]);
    projections.gradientB(0, dq, s.rest);
    projections.gradientB(1, dk, s.x);
    projections.gradientB(2, dv, s.x);
    Tensor dx = projections.backward(1, dk, null);
    dx = projections.backward(2, dv, dx);
    if (firstOnly) {
      Tensor some = projections.backward(0, dq, null);
      some.narrow(1, 0, config.hiddenSize()).addIn(rest, 1);
      dx.addRowsIn(run.firsts(), some);
    } else {
      projections.backward(0, dq, dx);
    }
    projections.gradientA(dx, s.x);
    return new Gradient(dx, firstOnly ? null : rest);
  }

  private Tensor flat(Tensor heads) {
    return heads.reshape(heads.size(0), config.hiddenSize());
  }

  /** Frees what {@link #forward} left. */
  void forget() {
    saved.all().forEach(Tensor::close);
    saved = null;
  }
}
