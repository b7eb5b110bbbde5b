package dev.aroma.peft;

import java.util.List;

/**
 * What a method decided after a step.
 *
 * @param events what happened, in order
 * @param restart whether a new cycle begins: the groups may be others, Adam's state of them is
 *     reset, and the learning rate warms up again
 * @param keep part of Adam's moments that stays at a restart: 0 drops moments and step count, 1
 *     keeps everything, in between a random part is kept and the step count goes on
 * @param finished whether there is nothing left to train
 */
public record Outcome(List<Event> events, boolean restart, double keep, boolean finished) {
  /** The usual one. */
  public static final Outcome NOTHING = new Outcome(List.of(), false, 1, false);

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
