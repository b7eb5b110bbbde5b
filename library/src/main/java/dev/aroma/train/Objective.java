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

  /**
   * Adds the gradients of a loss to those of the trained parameters. The trainer calls it once
   * after each {@link #loss}, in the same scope.
   *
   * @param whole float32 scalar made of that loss, and perhaps of penalties and factors
   */
  default void backward(Tensor whole) {
    whole.backward();
  }
}
