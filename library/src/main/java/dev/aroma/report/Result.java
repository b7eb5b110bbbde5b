package dev.aroma.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a run ended: {@code result.json}.
 *
 * @param metric the name of the score that counts
 * @param score of the final model on the whole dev set
 * @param best score of all evaluations
 * @param metrics all scores of the final model
 * @param examples in the dev set
 * @param steps optimiser steps done
 * @param seconds of training, evaluations included
 * @param examplesPerSecond training examples
 * @param ranks by module path
 * @param effectiveRanks by module path: exp of the entropy of the normalised singular values
 * @param totalRank the ranks added up
 */
public record Result(
    String task,
    String method,
    String metric,
    double score,
    double best,
    Map<String, Double> metrics,
    long examples,
    long steps,
    Stopped stopped,
    double seconds,
    double examplesPerSecond,
    Parameters parameters,
    Map<String, Integer> ranks,
    Map<String, Double> effectiveRanks,
    long totalRank,
    long seed) {

  /**
   * Numbers of trained parameters.
   *
   * @param adapterInitial of the adapter at the first step
   * @param adapterMean over all steps
   * @param adapterFinal of the adapter at the last step
   * @param head of the classifier
   * @param total of the whole model, frozen ones included
   */
  public record Parameters(
      long adapterInitial, double adapterMean, long adapterFinal, long head, long total) {}

  /** Copies the maps, keeping their order. */
  public Result {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    ranks = Collections.unmodifiableMap(new LinkedHashMap<>(ranks));
    effectiveRanks = Collections.unmodifiableMap(new LinkedHashMap<>(effectiveRanks));
  }
}
