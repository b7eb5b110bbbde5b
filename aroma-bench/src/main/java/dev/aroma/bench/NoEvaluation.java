package dev.aroma.bench;

import dev.aroma.train.Evaluation;
import java.util.Map;

/** Nothing is scored where steps are timed. */
final class NoEvaluation implements Evaluation {
  @Override
  public String metric() {
    return "none";
  }

  @Override
  public int examples() {
    return 0;
  }

  @Override
  public Map<String, Double> score() {
    return Map.of(metric(), 0.0);
  }
}
