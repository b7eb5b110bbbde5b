package dev.aroma.nn;

import dev.aroma.tensor.Tensor;

/** What a fine-tuning method puts in place of a layer's own computation. */
@FunctionalInterface
public interface Adapter {
  /**
   * Computes the adapted output; {@link Layer#plain} is the layer's own.
   *
   * @param layer the layer that it is attached to
   * @param x the layer's input
   */
  Tensor forward(Layer layer, Tensor x);
}
