package dev.aroma.data;

import dev.aroma.metrics.Metric;
import java.util.List;

/** QNLI (Rajpurkar et al. 2016): does a sentence answer a question? Judged by accuracy. */
final class Qnli implements GlueTask {
  @Override
  public String name() {
    return "qnli";
  }

  @Override
  public String description() {
    return "Does a sentence answer a question? (GLUE QNLI)";
  }

  @Override
  public String directory() {
    return "QNLI";
  }

  @Override
  public String textColumn() {
    return "question";
  }

  @Override
  public String pairColumn() {
    return "sentence";
  }

  @Override
  public List<String> labels() {
    return List.of("entailment", "not_entailment");
  }

  @Override
  public List<Metric> metrics() {
    return List.of(Metric.ACCURACY);
  }
}
