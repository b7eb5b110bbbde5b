package dev.aroma.model.bert;

import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;

/** Attention of every token: by kernels of our own where they suit, else by libtorch's. */
final class FullAttention extends PackedAttention {
  /** What the forward pass leaves to the backward pass. */
  private sealed interface Saved extends Kept {
    /** (tokens, hidden). */
    Tensor output();
  }

  /**
   * Of libtorch's.
   *
   * @param q, k and v (tokens, heads, head size)
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

  private Saved saved;

  /** See {@link PackedAttention}. */
  FullAttention(BertConfig config, JointProduct projections, int place) {
    super(config, projections, place);
  }

  @Override
  boolean firstOnly() {
    return false;
  }

  @Override
  Attended forward(PackedRun run, Tensor x, Tensor a, boolean keep) {
    Tensor qkv = projections.forward(x);
    boolean own = AttentionKernels.suit(config, run.longest());
    Saved now = own ? own(run, qkv, a, keep) : flash(run, qkv);
    if (keep) {
      saved = Kept.keep(now);
    }
    Tensor numbers = now instanceof Own mine ? mine.attended.numbers() : null;
    return new Attended(now.output(), numbers, x);
  }

  private Own own(PackedRun run, Tensor qkv, Tensor a, boolean keep) {
    return new Own(
        qkv,
        AttentionKernels.forward(
            run, qkv, config.heads(), run.dropout(config.attentionDropout(), place), a, keep));
  }

  private Flash flash(PackedRun run, Tensor qkv) {
    Tensor q = heads(part(qkv, 0));
    Tensor k = heads(part(qkv, 1));
    Tensor v = heads(part(qkv, 2));
    Ops.PackedAttention attention =
        Ops.packedAttention(
            q, k, v, run.offsets(), run.longest(), run.dropout(config.attentionDropout()));
    return new Flash(q, k, v, attention.output().view(q.size(0), config.hiddenSize()), attention);
  }

  private Tensor heads(Tensor one) {
    return one.view(one.size(0), config.heads(), config.headSize());
  }

  @Override
  Tensor attended() {
    return saved.output();
  }

  @Override
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
            heads(gradient),
            flash.q,
            flash.k,
            flash.v,
            flash.attention,
            run.offsets(),
            run.longest(),
            run.dropout(config.attentionDropout()));
    return new Gradients(
        Stream.of(three).map(heads -> heads.reshape(heads.size(0), config.hiddenSize())).toList(),
        null);
  }

  @Override
  void forget() {
    if (saved != null) {
      saved.close();
      saved = null;
    }
  }
}
