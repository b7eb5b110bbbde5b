package dev.aroma.peft;

import dev.aroma.input.InputException;
import dev.aroma.nn.LayerNames;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Module;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * AROMA: Autonomous Rank-one Matrix Adaptation (Sheng et al. 2025, arXiv 2504.05343).
 *
 * <p>Grows ΔW = s Σ b_p a_p of each adapted layer one component at a time: the inner loop trains
 * the live b, a; the outer loop merges it and starts the next, or freezes the layer once a
 * component adds too little (section 3, algorithm 1). With {@code init: gradient}, a fixed period
 * and an outer tolerance of 0 it is the variant called pursuit ({@link PursuitOptions}).
 */
public final class Aroma implements Method {
  private final AromaOptions options;

  /** Configures it. */
  public Aroma(AromaOptions options) {
    this.options = options;
  }

  /** What it goes on from is merged rank of its own from the first step. */
  @Override
  public boolean goesOn() {
    return true;
  }

  @Override
  public List<String> examine(int steps) {
    int adapting = steps - options.headSteps();
    if (adapting <= 0) {
      throw new InputException(
          "method.head-steps: expected below the %d steps of the run, found %d"
              .formatted(steps, options.headSteps()),
          "lower it, or train longer (train.epochs, train.max-steps)",
          "config-options");
    }
    return options.innerSteps() < adapting
        ? List.of()
        : List.of(
            "a component may train for %d steps, and the run has %d for all: rank beyond the first %d grows only where one converges sooner"
                .formatted(options.innerSteps(), adapting, options.rank()));
  }

  @Override
  public OptionalInt cycleSteps() {
    return OptionalInt.of(options.innerSteps());
  }

  @Override
  public Tuner attach(Module model, Setup setup) {
    return attach(model, setup, new ComponentInit.Uniform(setup.rng(), options.rank()));
  }

  /**
   * Attaches with first values of another kind.
   *
   * @throws InputException if no step is left after those that train the head alone
   */
  Tuner attach(Module model, Setup setup, ComponentInit uniform) {
    examine(setup.totalSteps());
    Map<String, Linear> targets =
        setup.targets(model, LayerNames.or(options.targetModules(), model, LayerNames::adapted));
    return new AromaTuner(options, targets, setup, uniform);
  }
}
