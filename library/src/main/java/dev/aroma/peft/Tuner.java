package dev.aroma.peft;

import dev.aroma.nn.ParameterGroup;
import dev.aroma.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** A method at work on one model: what is trained now, and what happens between steps. */
public interface Tuner {
  /** What the optimiser trains besides the head; changes only when an outcome says so. */
  List<ParameterGroup> groups();

  /**
   * Called before the forward pass of a step.
   *
   * @param step optimiser steps done so far, from 0
   */
  default void beforeStep(int step) {}

  /** A scalar to add to the loss, or null. */
  default Tensor penalty() {
    return null;
  }

  /**
   * Called after an update, while the gradients are still there.
   *
   * @param step optimiser steps done, from 1
   */
  default Outcome afterStep(int step) {
    return Outcome.NOTHING;
  }

  /**
   * Called once when the run ends, for whatever reason, so that what is delivered is final.
   *
   * @param step optimiser steps done
   */
  default Outcome finish(int step) {
    return Outcome.NOTHING;
  }

  /** The low-rank changes to deliver, by module path; rank 0 where nothing was learned. */
  default Map<String, LowRank> factors() {
    return Map.of();
  }

  /** Rank of every adapted module by path, live components included. */
  default Map<String, Integer> ranks() {
    return Map.of();
  }

  /** Number of modules that still train. */
  default int liveModules() {
    return ranks().size();
  }

  /** Number of elements trained now, without the head. */
  default long liveParameters() {
    return groups().stream().mapToLong(ParameterGroup::count).sum();
  }

  /** Switches the method's effect on the model on or off; off, the base model answers. */
  void enable(boolean on);
}
