package dev.aroma.peft;

import java.util.List;

/**
 * What a method decided after a step.
 *
 * @param events what happened, in order
 * @param restart whether a new cycle begins: the groups may be others, moments are reset as {@code
 *     reset} says, and the learning rate warms up again
 * @param reset what becomes of Adam's moments at a restart
 * @param finished whether there is nothing left to train
 */
public record Outcome(List<Event> events, boolean restart, Reset reset, boolean finished) {
  /** The usual one. */
  public static final Outcome NOTHING = new Outcome(List.of(), false, Reset.NONE, false);

  /** What becomes of Adam's state of the adapter when a new component starts. */
  public enum Reset {
    /** Moments and step count are dropped. */
    FULL,
    /** A random part of the moments is kept, the rest zeroed; the step count goes on. */
    PRUNE,
    /** Everything is kept. */
    NONE
  }

  /** The kinds of {@link Event}. */
  public enum Kind {
    /** A component's norm has stopped growing. */
    INNER_CONVERGED,
    /** A component became part of the module for good. */
    MERGE,
    /** A component was dropped and its module trains no more. */
    FREEZE
  }

  /**
   * Something that happened to one module.
   *
   * @param step optimiser steps done
   * @param kind what
   * @param module path of the module
   * @param value the number that decided: relative change or ratio
   * @param rank the module's merged rank afterwards
   */
  public record Event(int step, Kind kind, String module, double value, int rank) {}
}
