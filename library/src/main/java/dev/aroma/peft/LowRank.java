package dev.aroma.peft;

import dev.aroma.nn.Layer;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Parameter;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * A low-rank change of a weight: ΔW = scale · B A.
 *
 * @param b float32 (out, rank)
 * @param a float32 (rank, in)
 * @param scale alpha / rank in LoRA's terms
 */
public record LowRank(Tensor b, Tensor a, double scale) implements Change {
  /** Checks that the factors fit together. */
  public LowRank {
    if (b.size(1) != a.size(0)) {
      throw new IllegalArgumentException("factors of ranks " + b.size(1) + " and " + a.size(0));
    }
  }

  @Override
  public void applyTo(Layer layer) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      Parameter weight = target(layer, b.size(0), a.size(1)).weight();
      weight.value(addTo(weight.value()));
    }
  }

  @Override
  public Beside beside(Layer layer) {
    Device device = target(layer, b.size(0), a.size(1)).weight().value().device();
    Tensor right = a.to(DType.F32).to(device);
    Tensor left = b.to(DType.F32).to(device);
    return new Beside((at, x) -> Branch.add(at, x, 0, right, left, scale), List.of(right, left));
  }

  /**
   * The linear layer that a change of this shape belongs to.
   *
   * @throws IllegalArgumentException if the layer is of another kind or shape
   */
  public static Linear target(Layer layer, long out, long in) {
    if (layer instanceof Linear linear
        && Arrays.equals(linear.weight().shape(), new long[] {out, in})) {
      return linear;
    }
    String found = layer instanceof Linear l ? Arrays.toString(l.weight().shape()) : "none";
    throw new IllegalArgumentException(
        "expected a layer with a weight of [%d, %d], found %s".formatted(out, in, found));
  }

  @Override
  public LowRank lowRank() {
    return this;
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
