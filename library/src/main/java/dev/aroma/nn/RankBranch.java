package dev.aroma.nn;

import dev.aroma.tensor.Tensor;

/**
 * An adapter of a linear layer that computes x Wᵀ + bias + scale · drop(x) aᵀ bᵀ, W being constant:
 * a model that has passes of its own may compute that without calling it.
 */
public interface RankBranch extends Adapter {
  /**
   * The narrow path beside the layer.
   *
   * @param a (r, in), trained
   * @param b (out, r), trained
   * @param scale of the product
   * @param dropout on its input while training
   */
  record Factors(Parameter a, Parameter b, double scale, double dropout) {}

  /** W, (out, in): the layer's own weight, or one with what was merged. */
  Tensor weight(Linear layer);

  /**
   * Has the weight lie elsewhere from now on.
   *
   * @param place (out, in), of any row stride, that holds what {@link #weight} does
   */
  void moveWeight(Linear layer, Tensor place);

  /** The narrow path, or null where there is none. */
  Factors branch();
}
