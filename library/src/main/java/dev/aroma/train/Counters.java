package dev.aroma.train;

import dev.aroma.nn.State;

/** What a run counts as it goes. */
final class Counters {
  private final long began = System.nanoTime();
  private double secondsBefore;

  /** Optimiser steps done. */
  int step;

  /** The last step after which the dev split was scored. */
  int evaluated;

  /** Whether the method has nothing left to train. */
  boolean finished;

  /** Elements that the method trains now, without the head. */
  long live;

  /** The same at the first step that it trained any. */
  long liveInitial;

  /** The same, summed over the steps. */
  double liveSum;

  /** Highest deciding score so far. */
  double best = Double.NEGATIVE_INFINITY;

  /** Seconds of training, evaluations included; the time between stop and resumption is not. */
  double seconds() {
    return secondsBefore + (System.nanoTime() - began) / 1e9;
  }

  void save(State state) {
    state.put("step", step);
    state.put("evaluated", evaluated);
    state.put("finished", finished);
    state.put("live", live);
    state.put("live-initial", liveInitial);
    state.put("live-sum", liveSum);
    state.put("best", best);
    state.put("seconds", seconds());
  }

  void restore(State state) {
    step = state.count("step");
    evaluated = state.count("evaluated");
    finished = state.flag("finished");
    live = state.whole("live", Long.MAX_VALUE);
    liveInitial = state.whole("live-initial", Long.MAX_VALUE);
    liveSum = state.number("live-sum");
    best = state.number("best");
    secondsBefore = state.number("seconds");
  }
}
