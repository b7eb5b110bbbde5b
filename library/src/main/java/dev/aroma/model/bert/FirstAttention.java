package dev.aroma.model.bert;

import dev.aroma.model.bert.RowKernels.Dropout;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;

/**
 * Attention of the first token of each sequence alone, as in the last block, whose head reads
 * nothing else; keys and values are those of all tokens all the same. Its kernels read and write
 * those once.
 */
final class FirstAttention extends PackedAttention {
  private static final int THREADS = 128; // of a block, which has a head of a sequence
  private static final int PIECE = 8; // columns of a thread
  private static final int LARGEST = 256; // a key's threads are of one warp

  /**
   * What the forward pass leaves to the backward pass.
   *
   * @param q (sequences, hidden)
   * @param kv keys and values side by side, (tokens, 2 · hidden)
   * @param sums float32 (sequences, heads): base-2 logarithms of the softmax's denominators
   */
  private record Saved(Tensor q, Tensor kv, Tensor output, Tensor sums) implements Kept {
    @Override
    public Stream<Tensor> tensors() {
      return Stream.of(q, kv, output, sums);
    }
  }

  private Saved saved;

  /** See {@link PackedAttention}. */
  FirstAttention(BertConfig config, JointProduct projections, int place) {
    super(config, projections, place);
  }

  /** Whether heads have a size that the kernels take. */
  static boolean suits(BertConfig config) {
    int size = config.headSize();
    return size >= PIECE && size <= LARGEST && Integer.bitCount(size) == 1;
  }

  @Override
  boolean firstOnly() {
    return true;
  }

  @Override
  Attended forward(PackedRun run, Tensor x, Tensor a, boolean keep) {
    Tensor rest = x.rows(run.firsts());
    Tensor q = projections.forward(rest, 0, 1);
    Tensor kv = projections.forward(x, 1, 2);
    Tensor output = RowKernels.unwritten(q.size(0), config.hiddenSize());
    Tensor sums = Tensor.unwritten(DType.F32, Device.CUDA, q.size(0), config.heads());
    Dropout dropout = run.dropout(config.attentionDropout(), place);
    RowKernels.launch(
        "first_forward",
        blocks(q),
        1,
        THREADS,
        q,
        kv,
        run.offsets(),
        config.heads(),
        config.headSize(),
        scale(),
        run.longest(),
        (float) dropout.probability(),
        dropout.seed(),
        dropout.place(),
        output,
        sums);
    if (keep) {
      saved = Kept.keep(new Saved(q, kv, output, sums));
    }
    return new Attended(output, null, rest);
  }

  private long blocks(Tensor q) {
    return q.size(0) * config.heads();
  }

  private float scale() {
    return (float) (1 / Math.sqrt(config.headSize()));
  }

  @Override
  Tensor attended() {
    return saved.output;
  }

  @Override
  Gradients backward(PackedRun run, Tensor gradient) {
    Tensor q = RowKernels.unwritten(saved.q.size(0), config.hiddenSize());
    Tensor kv = run.scratch(saved.kv.size(0), saved.kv.size(1));
    Dropout dropout = run.dropout(config.attentionDropout(), place);
    RowKernels.launch(
        "first_backward",
        blocks(q),
        1,
        THREADS,
        gradient,
        saved.q,
        saved.kv,
        saved.output,
        saved.sums,
        run.offsets(),
        config.heads(),
        config.headSize(),
        scale(),
        run.longest(),
        (float) dropout.probability(),
        dropout.seed(),
        dropout.place(),
        q,
        kv);
    return new Gradients(List.of(q, part(kv, 0), part(kv, 1)), kv);
  }

  @Override
  void forget() {
    if (saved != null) {
      saved.close();
      saved = null;
    }
  }
}
