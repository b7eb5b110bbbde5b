package dev.aroma.nn;

import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;

/** Layer normalisation over the last dimension: (x − mean) / √(variance + ε) · weight + bias. */
public final class LayerNorm extends Layer {
  private final double epsilon;
  private final Parameter weight;
  private final Parameter bias;

  /**
   * Declares a layer normalisation.
   *
   * @param width size of the last dimension
   * @param epsilon added to the variance
   */
  public LayerNorm(long width, double epsilon) {
    this.epsilon = epsilon;
    this.weight = parameter("weight", width);
    this.bias = parameter("bias", width);
  }

  /** The factors, (width). */
  public Parameter weight() {
    return weight;
  }

  /** The offsets, (width). */
  public Parameter bias() {
    return bias;
  }

  /** What is added to the variance. */
  public double epsilon() {
    return epsilon;
  }

  @Override
  public Tensor plain(Tensor x) {
    return Ops.layerNorm(x, weight.as(x.dtype()), bias.as(x.dtype()), epsilon);
  }
}
