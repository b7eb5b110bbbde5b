package dev.aroma.peft;

import dev.aroma.tensor.DType;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Tensor;

/** Where the first a of a component comes from. */
interface ComponentInit {
  /**
   * Draws a first a.
   *
   * @param module path of the module
   * @param cycle number of the component, from 1
   * @param in width of the module's input
   * @return float32 (r, in)
   */
  Tensor draw(String module, int cycle, long in);

  /**
   * U(−1/√n, 1/√n): Kaiming uniform with a = √5. Each module and cycle has a stream of its own.
   *
   * @param rng the run's source
   * @param rank r
   */
  record Uniform(Rng rng, int rank) implements ComponentInit {
    @Override
    public Tensor draw(String module, int cycle, long in) {
      double bound = 1 / Math.sqrt((double) in);
      return rng.stream(module + "#" + cycle).uniform(-bound, bound, rank, in);
    }
  }

  /** Rounds of power iteration; the leading vector is a direction to start from, not a result. */
  int POWER_ITERATIONS = 10;

  /** For the norm of a column that is 0. */
  double TINY = 1e-30;

  /**
   * Orthonormal leading right singular vectors of a gradient, by power iteration.
   *
   * @param gradient of the dense weight, (out, in)
   * @param start (r, in), what the iteration starts from
   * @return float32 (r, in); {@code start} itself if the gradient is zero or not finite
   */
  static Tensor leading(Tensor gradient, Tensor start) {
    Tensor g = gradient.to(DType.F32);
    double norm = g.norm().item();
    Tensor from = start.to(g.device());
    if (!(norm > 0) || Double.isInfinite(norm)) {
      return from;
    }
    g = g.div(norm); // so that products neither overflow nor vanish
    Tensor v = orthonormal(from.t()); // (in, r)
    for (int i = 0; i < POWER_ITERATIONS; i++) {
      v = orthonormal(g.t().matmul(g.matmul(v)));
    }
    return v.t();
  }

  /** Of a single column by its norm, at a fraction of what a decomposition costs. */
  private static Tensor orthonormal(Tensor columns) {
    return columns.size(1) == 1 ? columns.div(columns.norm().add(TINY)) : Ops.orthonormal(columns);
  }
}
