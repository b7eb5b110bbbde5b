package dev.aroma.data;

import dev.aroma.metrics.Metric;
import java.util.List;

/** SST-2 (Socher et al. 2013): is a phrase of a film review positive? Judged by accuracy. */
final class Sst2 implements GlueTask {
  @Override
  public String name() {
    return "sst2";
  }

  @Override
  public String description() {
    return "Is a phrase of a film review positive? (GLUE SST-2)";
  }

  @Override
  public String directory() {
    return "SST-2";
  }

  @Override
  public String textColumn() {
    return "sentence";
  }

  @Override
  public List<String> labels() {
    return List.of("negative", "positive");
  }

  @Override
  public List<String> labelValues() {
    return List.of("0", "1");
  }

  @Override
  public List<Metric> metrics() {
    return List.of(Metric.ACCURACY);
  }
}
