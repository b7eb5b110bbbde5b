package dev.aroma.train;

import dev.aroma.data.Batch;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.Tensor;
import java.util.function.Consumer;

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
   * How its gradients are computed in a run.
   *
   * @param messages told what a person should know about it
   */
  default Gradients gradients(Tuner tuner, Consumer<String> messages) {
    return new AutogradGradients(this, tuner);
  }

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
