package dev.aroma.nn;

import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;

/** y = x Wᵀ + bias, from (…, in) to (…, out). */
public final class Linear extends Layer {
  private final Parameter weight;
  private final Parameter bias;

  /**
   * Declares a linear layer.
   *
   * @param in width of the input
   * @param out width of the output
   * @param biased whether it adds a bias
   */
  public Linear(long in, long out, boolean biased) {
    this.weight = parameter("weight", out, in);
    this.bias = biased ? parameter("bias", out) : null;
  }

  /** W, (out, in). */
  public Parameter weight() {
    return weight;
  }

  /** The bias, (out), or null. */
  public Parameter bias() {
    return bias;
  }

  @Override
  public Tensor plain(Tensor x) {
    return with(weight.as(x.dtype()), x);
  }

  /**
   * The layer with another weight.
   *
   * @param otherWeight (out, in), in the element type of x
   * @param x (…, in)
   */
  public Tensor with(Tensor otherWeight, Tensor x) {
    return Ops.linear(x, otherWeight, bias == null ? null : bias.as(x.dtype()));
  }
}
