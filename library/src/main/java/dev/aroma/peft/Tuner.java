package dev.aroma.peft;

import dev.aroma.nn.Parameter;
import dev.aroma.nn.ParameterGroup;
import dev.aroma.nn.State;
import dev.aroma.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A method at work on one model: what is trained now, and what happens between steps. Closing it
 * frees what it holds beside the model, which is of no use afterwards.
 */
public interface Tuner extends AutoCloseable {
  /** What the optimiser trains besides the head; changes only when an outcome says so. */
  List<ParameterGroup> groups();

  /**
   * Called before the forward pass of a step.
   *
   * @param step optimiser steps done so far, from 0
   */
  default void beforeStep(int step) {}

  /**
   * Whether the next step computes what those before did: the same operations on the same memory,
   * until an outcome says {@code restart}.
   */
  default boolean steady() {
    return true;
  }

  /** A scalar to add to the loss, or null. */
  default Tensor penalty() {
    return null;
  }

  /**
   * Whether {@link #afterStep} of this step may decide something: that the step and those before it
   * went well is made sure of first.
   *
   * @param step optimiser steps done, from 1
   */
  default boolean decides(int step) {
    return false;
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

  /**
   * What to deliver of each changed layer, by module path. The tensors are freed with the present
   * scope, or are the tuner's own.
   */
  Map<String, ? extends Change> changes();

  /** The base model's own parameters that were trained, by path, without the head's. */
  default Map<String, Parameter> parameters() {
    return Map.of();
  }

  /** Low-rank forms of the changes that have one; rank 0 where nothing was learned. */
  default Map<String, LowRank> factors() {
    Map<String, LowRank> all = new LinkedHashMap<>();
    changes()
        .forEach(
            (path, change) -> {
              LowRank low = change.lowRank();
              if (low != null) {
                all.put(path, low);
              }
            });
    return all;
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

  /**
   * Writes what decides how the method goes on, between two steps. The values of what is in {@link
   * #groups} are not part of it: the optimiser writes them.
   */
  default void save(State state) {}

  /**
   * Takes back what {@link #save} wrote; called on a tuner that was just attached, before anybody
   * asks for its groups.
   */
  default void restore(State state) {}

  /**
   * Switches the method's effect on the model on or off; off, the base model answers. The head
   * stays as it is.
   */
  void enable(boolean on);

  @Override
  void close();
}
