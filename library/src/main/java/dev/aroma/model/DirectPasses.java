package dev.aroma.model;

import dev.aroma.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * A classifier's own forward and backward pass, which take no detour over a graph of single
 * operations: the same loss and gradients, up to rounding, in less time and memory.
 *
 * <p>On a GPU nothing waits for the device and all memory that outlives a call stays where it is,
 * so that a call can be recorded ({@link dev.aroma.tensor.CudaGraph}).
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
   * @return false if they cannot, or no longer are the passes of this model: its branches are
   *     others now
   */
  default boolean refresh() {
    return false;
  }

  /**
   * Tokens of a call beyond which it gets no quicker for each, but takes more memory: of a larger
   * batch some sequences at a time are best.
   */
  default int tokensAtOnce() {
    return Integer.MAX_VALUE;
  }

  @Override
  void close();
}
