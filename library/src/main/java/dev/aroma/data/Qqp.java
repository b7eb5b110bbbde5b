package dev.aroma.data;

import dev.aroma.metrics.Metric;
import java.util.List;

/**
 * QQP (Quora question pairs): do two questions ask the same? Judged by accuracy, then F1. A few
 * rows of the official file lack fields; they are passed over, as everybody does.
 */
final class Qqp implements GlueTask {
  @Override
  public String name() {
    return "qqp";
  }

  @Override
  public String description() {
    return "Do two questions ask the same? (GLUE QQP)";
  }

  @Override
  public String directory() {
    return "QQP";
  }

  @Override
  public String textColumn() {
    return "question1";
  }

  @Override
  public String pairColumn() {
    return "question2";
  }

  @Override
  public String labelColumn() {
    return "is_duplicate";
  }

  @Override
  public List<String> labels() {
    return List.of("not_duplicate", "duplicate");
  }

  @Override
  public List<String> labelValues() {
    return List.of("0", "1");
  }

  @Override
  public List<Metric> metrics() {
    return List.of(Metric.ACCURACY, Metric.F1);
  }

  @Override
  public boolean skipsShortRows() {
    return true;
  }
}
