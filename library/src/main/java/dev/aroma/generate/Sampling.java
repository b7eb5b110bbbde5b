package dev.aroma.generate;

import dev.aroma.tensor.DType;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Draws tokens: temperature, then top-k, then top-p, in the order of transformers. */
final class Sampling {
  private final Decoding how;
  private final List<Rng> random = new ArrayList<>(); // by prompt

  Sampling(Decoding how, int prompts) {
    this.how = how;
    for (int i = 0; i < prompts; i++) {
      random.add(new Rng(how.seed()).stream("prompt " + i));
    }
  }

  /**
   * One token a row.
   *
   * @param scores float32 (rows, vocabulary)
   * @param prompts that the rows belong to
   * @return int64 (rows)
   */
  Tensor draw(Tensor scores, int[] prompts) {
    long vocabulary = scores.size(1);
    long count = how.topK() == 0 ? vocabulary : Math.min(how.topK(), vocabulary);
    Ops.Largest likeliest = Ops.largest(scores, count);
    Tensor probabilities = Ops.softmax(likeliest.values().div(how.temperature())); // descending
    Tensor sums = Ops.cumulativeSum(probabilities, 1); // (rows, count)
    Tensor kept = sums.sub(probabilities).below(constant(how.topP(), scores));
    Tensor mass = probabilities.mul(kept).sum(1, true); // (rows, 1)
    Tensor passed = mass.mul(uniform(prompts, scores)); // in [0, mass)
    // a token is passed over when the probabilities up to it stay at or below the number drawn
    Tensor over = passed.below(sums).mul(-1).add(1).mul(kept).sum(1, true);
    Tensor last = kept.sum(1, true).add(-1);
    Tensor place = smaller(over, last).to(DType.I64);
    return likeliest.indices().gather(place).view(-1);
  }

  /** Rounding must not lead beyond the last that is kept. */
  private static Tensor smaller(Tensor first, Tensor second) {
    Tensor beyond = second.below(first);
    return first.sub(first.sub(second).mul(beyond));
  }

  private static Tensor constant(double value, Tensor like) {
    return Tensor.full(value, like.dtype(), like.device(), 1, 1);
  }

  private Tensor uniform(int[] prompts, Tensor like) {
    float[] drawn = new float[prompts.length];
    for (int row = 0; row < drawn.length; row++) {
      drawn[row] = (float) random.get(prompts[row]).uniform();
    }
    return Tensor.of(drawn, drawn.length, 1).to(like.device());
  }
}
