package dev.aroma.model.bert;

import dev.aroma.tensor.Backward;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;

/**
 * Attention on the CPU between heads' matrices: softmax(q kᵀ / √width + mask) v. Made of products
 * of many small matrices, which oneDNN has for bfloat16 too, unlike the fused operation.
 */
final class CpuAttention {
  private final BertConfig config;

  CpuAttention(BertConfig config) {
    this.config = config;
  }

  /**
   * What the way back needs.
   *
   * @param q (sequences · heads, queries, headSize)
   * @param k (sequences · heads, longest, headSize), v alike
   * @param weights (sequences · heads, queries, longest)
   * @param kept what dropout left of them, 1 or 0; null without
   * @param used weights without those that were dropped
   * @param output (rows, hidden)
   */
  record Result(
      Tensor q, Tensor k, Tensor v, Tensor weights, Tensor kept, Tensor used, Tensor output) {}

  /** Gradients of the two inputs. */
  record Gradients(Tensor queries, Tensor keysAndValues) {}

  private double scale() {
    return 1 / Math.sqrt(config.headSize());
  }

  private double share(CpuRun run) {
    return 1 - run.dropout(config.attentionDropout());
  }

  /**
   * Attends.
   *
   * @param queries of all tokens, (tokens, hidden), or of the first ones, (sequences, hidden)
   * @param keysAndValues of all tokens, (tokens, 2 · hidden)
   * @param first whether they are those of the first tokens
   */
  Result forward(CpuRun run, Tensor queries, Tensor keysAndValues, boolean first) {
    Tensor q = byHead(run, first ? queries : run.placed(queries), 1).select(0, 0);
    Tensor both = byHead(run, run.placed(keysAndValues), 2);
    Tensor k = both.select(0, 0);
    Tensor v = both.select(0, 1);
    Tensor scores = q.matmul(k.transpose(1, 2), scale());
    if (run.mask() != null) {
      scores.addIn(first ? run.mask().narrow(1, 0, 1) : run.mask(), 1);
    }
    Tensor weights = Ops.softmax(scores);
    scores.close();
    Tensor kept = null;
    if (share(run) < 1) {
      kept = Ops.kept(1 - share(run), weights.dtype(), weights.shape());
    }
    Tensor used = kept == null ? weights : weights.mul(kept);
    Tensor output = byToken(run, used.matmul(v, 1 / share(run)));
    return new Result(q, k, v, weights, kept, used, first ? output : run.tokens(output));
  }

  /** Gradients of the inputs from the output's. */
  Gradients backward(CpuRun run, Tensor gradient, Result s, boolean first) {
    Tensor placed = first ? gradient : run.placedGradient(gradient);
    Tensor dOut = byHead(run, placed, 1).select(0, 0);
    Tensor dWeights = dOut.matmul(s.v.transpose(1, 2), 1 / share(run));
    if (s.kept != null) {
      dWeights.mulIn(s.kept);
    }
    Tensor dScores = Backward.softmax(dWeights, s.weights);
    dWeights.close();
    Tensor dq = byToken(run, dScores.matmul(s.k, scale()));
    Tensor dk = dScores.transpose(1, 2).matmul(s.q, scale());
    Tensor dv = s.used.transpose(1, 2).matmul(dOut, 1 / share(run));
    return new Gradients(first ? dq : run.tokens(dq), run.tokens(joined(run, dk, dv)));
  }

  /** (rows, parts · hidden) to (parts, sequences · heads, rows of each, headSize). */
  private Tensor byHead(CpuRun run, Tensor rows, long parts) {
    long each = rows.size(0) / run.sequences();
    return rows.view(run.sequences(), each, parts, config.heads(), config.headSize())
        .permute(2, 0, 3, 1, 4)
        .contiguous()
        .view(parts, run.sequences() * config.heads(), each, config.headSize());
  }

  /** (sequences · heads, rows of each, headSize) to (rows, hidden). */
  private Tensor byToken(CpuRun run, Tensor heads) {
    long each = heads.size(1);
    return heads
        .view(run.sequences(), config.heads(), each, config.headSize())
        .transpose(1, 2)
        .reshape(run.sequences() * each, config.hiddenSize());
  }

  /** Gradients of keys and values, as their product gave them. */
  private Tensor joined(CpuRun run, Tensor dk, Tensor dv) {
    long heads = config.heads();
    long size = config.headSize();
    Tensor both =
        Tensor.unwritten(dk.dtype(), Device.CPU, run.sequences(), run.longest(), 2, heads, size);
    both.select(2, 0).transpose(1, 2).set(dk.view(run.sequences(), heads, run.longest(), size));
    both.select(2, 1).transpose(1, 2).set(dv.view(run.sequences(), heads, run.longest(), size));
    return both.view(run.sequences() * run.longest(), 2L * config.hiddenSize());
  }
}
