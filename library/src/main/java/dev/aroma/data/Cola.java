package dev.aroma.data;

import dev.aroma.metrics.Metric;
import java.util.List;

/**
 * CoLA (Warstadt et al. 2018): is a sentence acceptable English? Judged by Matthews' correlation.
 * The official files have no header; copies with one are read too.
 */
final class Cola implements GlueTask {
  @Override
  public String name() {
    return "cola";
  }

  @Override
  public String description() {
    return "Is a sentence acceptable English? (GLUE CoLA)";
  }

  @Override
  public String directory() {
    return "CoLA";
  }

  @Override
  public String textColumn() {
    return "sentence";
  }

  @Override
  public List<String> labels() {
    return List.of("unacceptable", "acceptable");
  }

  @Override
  public List<String> labelValues() {
    return List.of("0", "1");
  }

  @Override
  public List<Metric> metrics() {
    return List.of(Metric.MATTHEWS);
  }

  @Override
  public List<String> columnsWithoutHeader() {
    return List.of("source", "label", "mark", "sentence");
  }
}
