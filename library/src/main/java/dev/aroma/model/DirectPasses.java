package dev.aroma.model;

import dev.aroma.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * A classifier's own forward and backward pass, which take no detour over a graph of single
 * operations: the same loss and gradients, up to rounding, in less time and memory.
 *
 * <p>Nothing waits for the device and all memory that outlives a call stays where it is, so that a
 * call can be recorded ({@link dev.aroma.tensor.CudaGraph}).
 */
public interface DirectPasses extends AutoCloseable {
  /**
   * Adds the gradients of a batch to those of the trained parameters.
   *
   * @param loss float32 scalar of the logits, float32 (sequences, labels)
   * @return the loss, freed with the present scope
   */
  Tensor run(Packed batch, UnaryOperator<Tensor> loss);

  /**
   * Reads the model's weights again, into the same place, so that a recorded call goes on with
   * them.
   *
   * @return false if they no longer are the passes of this model: its branches are others now
   */
  boolean refresh();

  @Override
  void close();
}
