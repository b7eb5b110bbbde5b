package dev.aroma.train;

import dev.aroma.nn.ParameterGroup;
import dev.aroma.nn.State;
import dev.aroma.optim.Schedule;

/** The learning rate of each group now: keeps track of the method's cycles. */
final class Rates {
  /** Name of the head's group. */
  static final String HEAD = "head";

  private final TrainOptions options;
  private final Schedule schedule;
  private int start;
  private int cycle;

  /**
   * Before the first step.
   *
   * @param adapting whether the method trains from the first step on; if not, its first cycle
   *     begins at its first restart
   */
  Rates(TrainOptions options, int total, boolean adapting) {
    this.options = options;
    this.schedule = options.schedule().schedule(total);
    this.cycle = adapting ? 1 : 0;
  }

  /** A new cycle begins after so many steps. */
  void restart(int step) {
    start = step;
    cycle++;
  }

  void save(State state) {
    state.put("start", start);
    state.put("cycle", cycle);
  }

  void restore(State state) {
    start = state.count("start");
    cycle = state.count("cycle");
  }

  /** Number of the present cycle, from 1; 0 while only the head trains. */
  int cycle() {
    return cycle;
  }

  /** The adapter's rate at a step, from 0. */
  double adapter(int step) {
    return options.learningRate() * schedule.factor(step, start, Math.max(1, cycle));
  }

  /** A group's rate at a step, from 0. */
  double of(ParameterGroup group, int step) {
    boolean plain = group.name().equals(HEAD) && !options.schedule().headRewarm();
    double base = plain ? options.learningRate() * schedule.factor(step, 0, 1) : adapter(step);
    return base * group.rate();
  }
}
