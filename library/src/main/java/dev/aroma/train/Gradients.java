package dev.aroma.train;

import dev.aroma.data.Batch;
import dev.aroma.tensor.Tensor;

/** The inside of a step: a batch's loss, whose gradients it adds to those of what is trained. */
public interface Gradients extends AutoCloseable {
  /**
   * Adds the gradients of a batch.
   *
   * @param parts batches of the step, whose mean the step's loss is
   * @param seed of dropout in this batch
   * @return the batch's loss, float32 scalar, until the next call or the end of the present scope
   */
  Tensor add(Batch batch, int parts, long seed);

  /** Weights, adapters or what is trained have changed other than by the optimiser. */
  default void changed() {}

  @Override
  default void close() {}
}
