package dev.aroma.train;

import dev.aroma.data.Batch;
import dev.aroma.tensor.Tensor;

/** What a run minimises. */
@FunctionalInterface
public interface Objective {
  /**
   * The mean loss of a batch, from which gradients flow to the model.
   *
   * @return float32 scalar, freed with the present scope
   */
  Tensor loss(Batch batch);
}
