package dev.aroma.peft;

/**
 * How many components AdaLoRA may keep at a step: numbers in, numbers out.
 *
 * @param initial components of all layers at first
 * @param target components of all layers at the end
 * @param initialSteps t_i
 * @param finalSteps t_f
 * @param total T
 * @param interval Δ_T
 */
record AdaLoraBudget(
    int initial, int target, int initialSteps, int finalSteps, int total, int interval) {
  /**
   * Components in all: target + (initial − target)(1 − (t − t_i) / (T − t_f − t_i))³, floored.
   *
   * @param step optimiser steps done, from 1
   */
  int at(int step) {
    if (step <= initialSteps) {
      return initial;
    }
    if (step >= lastChoice()) {
      return target;
    }
    double left = 1 - (step - initialSteps) / (double) (lastChoice() - initialSteps);
    return (int) ((initial - target) * left * left * left + target);
  }

  /** Whether components are chosen and masked at a step. */
  boolean masksAt(int step) {
    boolean between = step > initialSteps && step < lastChoice();
    return step == lastChoice() || (between && step % interval == 0);
  }

  /** The step of the last choice, T − t_f, which then holds. */
  int lastChoice() {
    return total - finalSteps;
  }
}
