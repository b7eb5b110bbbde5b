package dev.aroma.train;

import java.util.Map;

/**
 * How a run went.
 *
 * @param steps optimiser steps done
 * @param end why it ended
 * @param failure what went wrong, or null
 * @param seconds of training, evaluations included
 * @param examples training examples seen, repetitions counted
 * @param metric name of the score that decides
 * @param scores of the delivered model, by name
 * @param best deciding score of any evaluation: the highest, of a loss the lowest
 * @param adapterInitial elements the method trained at first, without the head
 * @param adapterMean the same, mean over the steps
 * @param adapterFinal the same at the last step
 * @param head elements of the head
 */
public record Training(
    int steps,
    End end,
    String failure,
    double seconds,
    long examples,
    String metric,
    Map<String, Double> scores,
    double best,
    long adapterInitial,
    double adapterMean,
    long adapterFinal,
    long head) {
  /** Why a run ended. */
  public enum End {
    /** The method had nothing left to train. */
    CONVERGED,
    /** The most steps were taken. */
    MAX_STEPS,
    /** The last epoch was over. */
    EPOCHS,
    /** Somebody asked to stop. */
    INTERRUPTED,
    /** The loss or its gradient was not a finite number. */
    FAILED
  }

  /** The deciding score of the delivered model. */
  public double score() {
    return scores.get(metric);
  }
}
