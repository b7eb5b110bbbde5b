package dev.aroma.model;

import dev.aroma.tensor.Tensor;
import java.util.List;
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

  /** Part of a batch, with its part of the loss. */
  record Part(Packed batch, UnaryOperator<Tensor> loss) {}

  /**
   * {@link #run(Packed, UnaryOperator)} of parts, whose losses add up. They may be worked on at the
   * same time, but give the same numbers each time.
   */
  default Tensor run(List<Part> parts) {
    return parts.stream().map(p -> run(p.batch, p.loss)).reduce(Tensor::add).orElseThrow();
  }

  /** Whether all products that take time are large in each dimension: no thin ones beside them. */
  default boolean large() {
    return false;
  }

  /**
   * Takes the model's weights as they are now, so that a recorded call goes on with them.
   *
   * @return false if these no longer are the passes of the model: its branches are others now, or
   *     its weights are not where the recorded call reads them
   */
  default boolean refresh() {
    return false;
  }

  /** Into how many parts of about one size a batch of so many tokens is best cut. */
  default int parts(int tokens) {
    return 1;
  }

  @Override
  void close();
}
