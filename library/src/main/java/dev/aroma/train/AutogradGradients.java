package dev.aroma.train;

import dev.aroma.data.Batch;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.Tensor;

/**
 * Gradients by libtorch's autograd, operation by operation: for any objective, method and device.
 */
record AutogradGradients(Objective objective, Tuner tuner) implements Gradients {
  @Override
  public Tensor add(Batch batch, int parts, long seed) {
    return backward(objective.loss(batch), tuner, parts);
  }

  /** Adds the method's penalty and back-propagates. */
  static Tensor backward(Tensor loss, Tuner tuner, int parts) {
    Tensor penalty = tuner.penalty();
    Tensor whole = penalty == null ? loss : loss.add(penalty);
    whole.div(parts).backward();
    return whole.detach();
  }
}
