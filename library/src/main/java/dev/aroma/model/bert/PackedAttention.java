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
   * Gradients of queries, (rows, hidden), keys and values, (tokens, hidden).
   *
   * @param joint (tokens, 3 · hidden), of which the three are columns; null where they lie apart
   */
  record Gradients(List<Tensor> three, Tensor joint) {}

  /** What the forward pass leaves to the backward pass. */
  private sealed interface Saved extends Kept {
    /** (rows, hidden). */
    Tensor output();
  }

  /**
   * Of libtorch's.
   *
   * @param q (rows, heads, head size), k and v (tokens, heads, head size)
   */
  private record Flash(Tensor q, Tensor k, Tensor v, Tensor output, Ops.PackedAttention attention)
      implements Saved {
    @Override
    public Stream<Tensor> tensors() {
      return Stream.of(
          q,
          k,
          v,
          output,
          attention.output(),
          attention.sums(),
          attention.random(),
          attention.offset());
    }
  }

  /**
   * Of our own kernels'.
   *
   * @param qkv (tokens, 3 · hidden)
   */
  private record Own(Tensor qkv, AttentionKernels.Attended attended) implements Saved {
    @Override
    public Tensor output() {
      return attended.output();
    }

    @Override
    public Stream<Tensor> tensors() {
      return Stream.of(qkv, attended.output(), attended.sums(), attended.kept());
    }
  }

  private final BertConfig config;
  private final JointProduct projections;
  private final boolean firstOnly;
  private final int place;
  private Saved saved;

  /**
   * Of a block.
   *
   * @param projections queries, keys and values
   * @param firstOnly whether only the first tokens ask
   * @param place of its dropout
   */
  PackedAttention(BertConfig config, JointProduct projections, boolean firstOnly, int place) {
    this.config = config;
    this.projections = projections;
    this.firstOnly = firstOnly;
    this.place = place;
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
    Saved now = own(run) ? own(run, projections.forward(x), keep) : flash(run, x, rest);
    if (keep) {
      saved = Kept.keep(now);
    }
    return new Attended(now.output(), rest);
  }

  private boolean own(PackedRun run) {
    return !firstOnly && AttentionKernels.suit(config, run.longest());
  }

  private Own own(PackedRun run, Tensor qkv, boolean keep) {
    return new Own(
        qkv,
        AttentionKernels.forward(
            run, qkv, config.heads(), run.dropout(config.attentionDropout(), place), keep));
  }

  private Flash flash(PackedRun run, Tensor x, Tensor rest) {
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
    return new Flash(q, k, v, attention.output().view(q.size(0), config.hiddenSize()), attention);
  }

  private Tensor heads(Tensor projected, int part) {
    Tensor one = part(projected, part);
    return one.view(one.size(0), config.heads(), config.headSize());
  }

  private Tensor part(Tensor all, int part) {
    long width = config.hiddenSize();
    return all.narrow(1, part * width, width);
  }

  /** What tokens attended to in the forward pass, (rows, hidden). */
  Tensor attended() {
    return saved.output();
  }

  /**
   * Back.
   *
   * @param gradient of what tokens attended to, (rows, hidden)
   */
  Gradients backward(PackedRun run, Tensor gradient) {
    return saved instanceof Own own
        ? backward(run, gradient, own)
        : backward(run, gradient, (Flash) saved);
  }

  private Gradients backward(PackedRun run, Tensor gradient, Own own) {
    Tensor joint =
        AttentionKernels.backward(
            run,
            gradient,
            own.qkv,
            own.attended,
            config.heads(),
            run.dropout(config.attentionDropout()));
    return new Gradients(List.of(part(joint, 0), part(joint, 1), part(joint, 2)), joint);
  }

  private Gradients backward(PackedRun run, Tensor gradient, Flash flash) {
    Tensor[] three =
        Ops.packedAttentionBackward(
            gradient.view(gradient.size(0), config.heads(), config.headSize()),
            flash.q,
            flash.k,
            flash.v,
            flash.attention,
            firstOnly ? run.ends() : run.offsets(),
            run.offsets(),
            firstOnly ? 1 : run.longest(),
            run.longest(),
            run.dropout(config.attentionDropout()));
    return new Gradients(
        Stream.of(three).map(heads -> heads.reshape(heads.size(0), config.hiddenSize())).toList(),
        null);
  }

  /** Frees what {@link #forward} left. */
  void forget() {
    saved.close();
    saved = null;
  }
}
