package dev.aroma.data;

import dev.aroma.metrics.Metric;
import java.util.List;

/**
 * STS-B (Cer et al. 2017): how alike are two sentences, from 0 to 5? Regression, judged by
 * Pearson's correlation, then Spearman's.
 */
final class StsB implements GlueTask {
  @Override
  public String name() {
    return "stsb";
  }

  @Override
  public String description() {
    return "How alike are two sentences, from 0 to 5? (GLUE STS-B)";
  }

  @Override
  public String directory() {
    return "STS-B";
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
    return "score";
  }

  @Override
  public List<String> labels() {
    return List.of();
  }

  @Override
  public List<Metric> metrics() {
    return List.of(Metric.PEARSON, Metric.SPEARMAN);
  }
}
