package dev.aroma.data;

import dev.aroma.metrics.Metric;
import java.util.List;

/** RTE (Dagan et al. 2005 and later): does one text entail another? Judged by accuracy. */
final class Rte implements GlueTask {
  @Override
  public String name() {
    return "rte";
  }

  @Override
  public String description() {
    return "Does one text entail another? (GLUE RTE)";
  }

  @Override
  public String directory() {
    return "RTE";
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
  public List<String> labels() {
    return List.of("entailment", "not_entailment");
  }

  @Override
  public List<Metric> metrics() {
    return List.of(Metric.ACCURACY);
  }
}
