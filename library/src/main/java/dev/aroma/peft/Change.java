package dev.aroma.peft;

import dev.aroma.nn.Layer;

/**
 * What training changed in one layer, as numbers alone: what is delivered, stored and loaded again.
 */
public sealed interface Change permits LowRank, Triplets, Dora, Vera, Scaling, Bottleneck {
  /** Whether the change becomes part of the layer's own weights, so that nothing is left of it. */
  default boolean mergeable() {
    return true;
  }

  /**
   * Puts the change into a loaded layer: into its weights where it can, else as an adapter.
   *
   * @throws IllegalArgumentException if the layer is of another kind or shape
   */
  void applyTo(Layer layer);

  /**
   * The change as an adapter beside a loaded layer, whose weights stay as they are. Its tensors are
   * made in the present scope.
   *
   * @throws IllegalArgumentException if the layer is of another kind or shape
   */
  Beside beside(Layer layer);

  /** ΔW as factors, or null where it is not a sum of a few components. */
  default LowRank lowRank() {
    return null;
  }
}
