package dev.aroma.recipe;

import dev.aroma.metrics.EffectiveRank;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The ranks of what a method would deliver now, from its factors.
 *
 * @param ranks by module path, in the order of the model; empty for a method without ranks
 * @param effective effective ranks by module path; lacks a module that was not measured, or whose
 *     factors are no numbers
 */
record AdapterRanks(Map<String, Integer> ranks, Map<String, Double> effective) {
  /** Of this rank or less, measuring a module takes milliseconds; VeRA's take much longer. */
  private static final int QUICK = 64;

  private static final double[] NONE = {Double.NaN};

  /** All of them. */
  static AdapterRanks of(Tuner tuner) {
    return of(tuner, Integer.MAX_VALUE);
  }

  /** Without effective ranks of modules that would hold up training. */
  static AdapterRanks quick(Tuner tuner) {
    return of(tuner, QUICK);
  }

  private static AdapterRanks of(Tuner tuner, int most) {
    Map<String, Integer> ranks = new LinkedHashMap<>();
    Map<String, Double> effective = new LinkedHashMap<>();
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      tuner
          .factors()
          .forEach(
              (module, factors) -> {
                ranks.put(module, factors.rank());
                double[] values = factors.rank() <= most ? factors.singularValues() : NONE;
                if (Arrays.stream(values).allMatch(Double::isFinite)) { // else about to fail
                  effective.put(module, EffectiveRank.of(values));
                }
              });
    }
    return new AdapterRanks(ranks, effective);
  }

  long total() {
    return ranks.values().stream().mapToLong(Integer::longValue).sum();
  }
}
