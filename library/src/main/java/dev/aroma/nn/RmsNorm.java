package dev.aroma.nn;

import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;

/**
 * Root-mean-square normalisation over the last dimension (Zhang and Sennrich 2019): x / √(mean(x²)
 * + ε) · weight.
 */
public final class RmsNorm extends Layer {
  private final double epsilon;
  private final Parameter weight;

  /**
   * Declares a normalisation.
   *
   * @param width size of the last dimension
   * @param epsilon added to the mean of the squares
   */
  public RmsNorm(long width, double epsilon) {
    this.epsilon = epsilon;
    this.weight = parameter("weight", width);
  }

  /** The factors, (width). */
  public Parameter weight() {
    return weight;
  }

  @Override
  public Tensor plain(Tensor x) {
    return Ops.rmsNorm(x, weight.as(x.dtype()), epsilon);
  }
}
