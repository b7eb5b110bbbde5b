package dev.aroma.peft;

import dev.aroma.nn.Layer;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * AdaLoRA's form of a change: ΔW = scale · B diag(E) A, of which the masked components have E = 0.
 *
 * @param a float32 (r, in)
 * @param b float32 (out, r)
 * @param e float32 (r, 1)
 * @param scale alpha / (r + 1e-5) with the rank at the beginning, as in PEFT
 */
public record Triplets(Tensor a, Tensor b, Tensor e, double scale) implements Change {
  @Override
  public void applyTo(Layer layer) {
    lowRank().applyTo(layer);
  }

  /** Without the masked components. */
  @Override
  public LowRank lowRank() {
    Tensor kept = kept();
    Tensor rows = a.mul(e).rows(kept); // (kept, in)
    return new LowRank(b.t().rows(kept).t(), rows, scale);
  }

  /** Numbers of the components with E other than 0, int64. */
  private Tensor kept() {
    float[] values = e.floats();
    List<Long> indices = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0) {
        indices.add((long) i);
      }
    }
    long[] array = indices.stream().mapToLong(Long::longValue).toArray();
    return Tensor.of(array, array.length).to(a.device());
  }
}
