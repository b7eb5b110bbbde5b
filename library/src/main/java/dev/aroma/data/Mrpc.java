package dev.aroma.data;

import dev.aroma.metrics.Metric;
import java.util.List;

/** MRPC (Dolan and Brockett 2005): do two sentences mean the same? Judged by accuracy, then F1. */
final class Mrpc implements GlueTask {
  @Override
  public String name() {
    return "mrpc";
  }

  @Override
  public String description() {
    return "Do two sentences from the news mean the same? (GLUE MRPC)";
  }

  @Override
  public String directory() {
    return "MRPC";
  }

  @Override
  public String textColumn() {
    return "#1 String";
  }

  @Override
  public String pairColumn() {
    return "#2 String";
  }

  @Override
  public String labelColumn() {
    return "Quality";
  }

  @Override
  public List<String> labels() {
    return List.of("not_equivalent", "equivalent");
  }

  @Override
  public List<String> labelValues() {
    return List.of("0", "1");
  }

  @Override
  public List<Metric> metrics() {
    return List.of(Metric.ACCURACY, Metric.F1);
  }
}
