package dev.aroma.recipe;

import dev.aroma.metrics.EffectiveRank;
import dev.aroma.peft.LowRank;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The ranks of what a method would deliver now. From the factors, so a module costs milliseconds.
 *
 * @param ranks by module path, in the order of the model; empty for a method without ranks
 * @param effective effective ranks by module path; lacks a module whose factors are no numbers
 */
record AdapterRanks(Map<String, Integer> ranks, Map<String, Double> effective) {
  static AdapterRanks of(Tuner tuner) {
    Map<String, Integer> ranks = new LinkedHashMap<>();
    Map<String, Double> effective = new LinkedHashMap<>();
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      for (Map.Entry<String, LowRank> module : tuner.factors().entrySet()) {
        ranks.put(module.getKey(), module.getValue().rank());
        double[] values = module.getValue().singularValues();
        if (Arrays.stream(values).allMatch(Double::isFinite)) { // a run may be about to fail
          effective.put(module.getKey(), EffectiveRank.of(values));
        }
      }
    }
    return new AdapterRanks(ranks, effective);
  }

  long total() {
    return ranks.values().stream().mapToLong(Integer::longValue).sum();
  }
}
