package dev.aroma.data;

import dev.aroma.metrics.Metric;
import java.util.List;

/**
 * MNLI (Williams et al. 2018): does a premise entail a hypothesis, contradict it, or neither?
 * Judged by accuracy on the matched dev set, then on the mismatched one.
 */
final class Mnli implements GlueTask {
  @Override
  public String name() {
    return "mnli";
  }

  @Override
  public String description() {
    return "Does a premise entail a hypothesis, contradict it, or neither? (GLUE MNLI, m and mm)";
  }

  @Override
  public String directory() {
    return "MNLI";
  }

  @Override
  public String textColumn() {
    return "sentence1";
  }

  @Override
  public String pairColumn() {
    return "sentence2";
  }

  @Override
  public String labelColumn() {
    return "gold_label";
  }

  @Override
  public List<String> labels() {
    return List.of("entailment", "neutral", "contradiction");
  }

  @Override
  public List<Metric> metrics() {
    return List.of(Metric.ACCURACY);
  }

  @Override
  public List<String> devFiles() {
    return List.of("dev_matched.tsv", "dev_mismatched.tsv");
  }
}
