package dev.aroma.peft;

import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;

/**
 * A low-rank change of a weight: ΔW = scale · B A.
 *
 * @param b float32 (out, rank)
 * @param a float32 (rank, in)
 * @param scale alpha / rank in LoRA's terms
 */
public record LowRank(Tensor b, Tensor a, double scale) {
  /** Checks that the factors fit together. */
  public LowRank {
    if (b.size(1) != a.size(0)) {
      throw new IllegalArgumentException("factors of ranks " + b.size(1) + " and " + a.size(0));
    }
  }

  /** Number of components. */
  public int rank() {
    return (int) a.size(0);
  }

  /**
   * A weight with the change added, computed in float32 and rounded once.
   *
   * @param weight (out, in)
   * @return of the weight's element type
   */
  public Tensor addTo(Tensor weight) {
    if (rank() == 0) {
      return weight.copy();
    }
    Tensor b32 = b.to(weight.device());
    Tensor a32 = a.to(weight.device());
    return Ops.addMatmul(weight.to(DType.F32), b32, a32, scale).to(weight.dtype());
  }

  /**
   * Singular values of ΔW, largest first, from the factors: with B = Q₁R₁ and Aᵀ = Q₂R₂ those of
   * the small R₁R₂ᵀ.
   */
  public double[] singularValues() {
    if (rank() == 0) {
      return new double[0];
    }
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      Tensor left = Ops.triangularFactor(b.to(Device.CPU).to(DType.F64));
      Tensor right = Ops.triangularFactor(a.to(Device.CPU).to(DType.F64).t());
      float[] values = Ops.singularValues(left.matmul(right.t()).mul(scale)).floats();
      double[] doubles = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        doubles[i] = values[i];
      }
      return doubles;
    }
  }
}
