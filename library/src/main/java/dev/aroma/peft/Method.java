package dev.aroma.peft;

import dev.aroma.nn.Module;

/** A configured fine-tuning method, before it has met a model. */
public interface Method {
  /**
   * Whether it trains this parameter of the checkpoint itself. The head is trained by every method
   * and is not asked for.
   *
   * @param parameter full path, such as {@code bert.encoder.layer.0.output.dense.bias}
   */
  default boolean trains(String parameter) {
    return false;
  }

  /** Whether it can go on from low-rank changes of another training ({@link Setup#start}). */
  default boolean goesOn() {
    return false;
  }

  /**
   * Attaches to a loaded model.
   *
   * @param model the tree; adapters are put on its layers
   * @param setup what the run gives
   */
  Tuner attach(Module model, Setup setup);
}
