package dev.aroma.peft;

import dev.aroma.nn.Layer;
import dev.aroma.tensor.Ops;
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
  private static final double TINY = 1e-30; // for the norm of a component that is 0

  /**
   * Another change in this form: rows of norm 1 in A, whose norms become E.
   *
   * @param rank components that it is to have, of which those without content have E = 0
   * @param scale that it is to have
   */
  public static Triplets of(LowRank change, long rank, double scale) {
    Tensor a = change.a();
    Tensor b = change.b().mul(change.scale() / scale);
    Tensor e = a.square().sum(1, true).sqrt(); // (r, 1)
    Tensor unit = a.div(e.add(TINY));
    long more = rank - change.rank();
    if (more == 0) {
      return new Triplets(unit, b, e, scale);
    }
    return new Triplets(
        Ops.concat(List.of(unit, zeros(a, more, a.size(1))), 0),
        Ops.concat(List.of(b, zeros(a, b.size(0), more)), 1),
        Ops.concat(List.of(e, zeros(a, more, 1)), 0),
        scale);
  }

  private static Tensor zeros(Tensor like, long... shape) {
    return Tensor.zeros(like.dtype(), like.device(), shape);
  }

  @Override
  public void applyTo(Layer layer) {
    lowRank().applyTo(layer);
  }

  @Override
  public Beside beside(Layer layer) {
    return lowRank().beside(layer);
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
