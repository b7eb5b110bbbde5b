package dev.aroma.train;

import dev.aroma.data.Batch;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.Tensor;
import java.util.function.Consumer;

/**
 * Gradients by libtorch's autograd, operation by operation: for any objective, method and device.
 */
record AutogradGradients(Objective objective, Tuner tuner) implements Gradients {
  @Override
  public Tensor add(Batch batch, int parts, long seed) {
    return backward(objective.loss(batch), tuner, parts, objective::backward);
  }

  /** Adds the method's penalty and back-propagates. */
  static Tensor backward(Tensor loss, Tuner tuner, int parts, Consumer<Tensor> back) {
    Tensor penalty = tuner.penalty();
    Tensor whole = penalty == null ? loss : loss.add(penalty);
    back.accept(whole.div(parts));
    return whole.detach();
  }
}
