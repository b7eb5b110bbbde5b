package dev.aroma.model;

import dev.aroma.tensor.Tensor;

/**
 * A classifier's forward pass alone, over its weights and adapters as they were when it was made:
 * the same scores as {@link SequenceClassifier#logits} in evaluation, up to rounding, sooner.
 */
public interface Scorer extends AutoCloseable {
  /**
   * The head's scores. No gradients flow through them. The same text may be computed by other
   * operations after others have come, so that its scores differ in the last bits.
   *
   * @return float32 (batch, labels)
   */
  Tensor logits(Inputs inputs);

  @Override
  void close();
}
