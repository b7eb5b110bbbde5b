package dev.aroma.peft;

import dev.aroma.input.InputException;
import dev.aroma.nn.Module;
import java.util.List;
import java.util.OptionalInt;

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
   * Looks at its options for a run of so many steps, before anything is loaded.
   *
   * @param steps most optimiser steps of the run
   * @return what a person may not have meant, a line each
   * @throws InputException if no run of so many steps can be done with them
   */
  default List<String> examine(int steps) {
    return List.of();
  }

  /**
   * Most optimiser steps from one restart ({@link Outcome#restart}) to the next; empty where it
   * never restarts.
   */
  default OptionalInt cycleSteps() {
    return OptionalInt.empty();
  }

  /**
   * Attaches to a loaded model.
   *
   * @param model the tree; adapters are put on its layers
   * @param setup what the run gives
   */
  Tuner attach(Module model, Setup setup);
}
