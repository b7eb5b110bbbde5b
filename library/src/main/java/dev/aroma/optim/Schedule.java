package dev.aroma.optim;

/**
 * The learning rate over time, as a factor on its base value.
 *
 * <p>Methods that restart (AROMA, ReLoRA) warm up again after each restart. The restart that really
 * happened counts, not a fixed period.
 */
@FunctionalInterface
public interface Schedule {
  /**
   * The factor of one step.
   *
   * @param step optimiser steps done so far, from 0
   * @param start the step at which the present cycle began
   * @param cycle number of the cycle, from 1
   * @return from 0
   */
  double factor(int step, int start, int cycle);

  /**
   * Cosine decay with warm-ups at restarts, as ReLoRA's (Lialin et al. 2023, section 3): over the
   * first warm-up step / first; after a restart a line from 0 to the cosine's value at the end of
   * the warm-up; else the cosine from 1 to the smallest ratio over the steps after the first
   * warm-up.
   *
   * @param total steps of the whole run
   * @param first steps of the first warm-up
   * @param again steps of a warm-up after a restart
   * @param smallest the factor at the end, in [0, 1]
   */
  static Schedule cosineRestarts(int total, int first, int again, double smallest) {
    return (step, start, cycle) -> {
      if (step < first) {
        return step / (double) Math.max(1, first);
      }
      int since = step - start;
      boolean warming = cycle > 1 && since < again;
      int at = warming ? start + again : step;
      double progress = (at - first) / (double) Math.max(1, total - first);
      double cosine = smallest + (1 - smallest) * 0.5 * (1 + Math.cos(Math.PI * progress));
      return warming ? since / (double) again * cosine : cosine;
    };
  }

  /**
   * Cosine decay over the whole run with warm-ups on top: min(1, (steps since the restart + 1) /
   * warm-up) times the cosine. No step is spent at rate 0.
   */
  static Schedule cosine(int total, int first, int again, double smallest) {
    return (step, start, cycle) -> {
      double cosine = 0.5 * (1 + Math.cos(Math.PI * step / Math.max(1, total)));
      return warmUp(step - start, cycle == 1 ? first : again)
          * (smallest + (1 - smallest) * cosine);
    };
  }

  /** Linear decay over the whole run to the smallest ratio, with warm-ups on top. */
  static Schedule linear(int total, int first, int again, double smallest) {
    return (step, start, cycle) -> {
      double left = 1 - step / (double) Math.max(1, total);
      return warmUp(step - start, cycle == 1 ? first : again) * (smallest + (1 - smallest) * left);
    };
  }

  /** No decay, with warm-ups. */
  static Schedule constant(int first, int again) {
    return (step, start, cycle) -> warmUp(step - start, cycle == 1 ? first : again);
  }

  private static double warmUp(int since, int length) {
    return length == 0 ? 1 : Math.min(1, (since + 1) / (double) length);
  }
}
