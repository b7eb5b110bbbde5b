package dev.aroma.peft;

import dev.aroma.input.Option;
import java.util.List;

/**
 * Options of {@link Aroma}; the defaults are the paper's for RoBERTa-base on MRPC (its table 9).
 *
 * @param targetModules which linear layers are adapted
 * @param rank components trained at once, r
 * @param alpha scale numerator: s = alpha / r
 * @param dropout on the branch's input while training
 * @param innerSteps T_in
 * @param innerInterval ΔT_in
 * @param innerTolerance ε_in
 * @param innerChange how change is measured
 * @param outerTolerance ε_out
 * @param reset what becomes of Adam's state at a restart
 * @param pruneKeep part of the moments kept by reset: prune
 * @param init where a new a comes from
 * @param gradientSteps steps whose gradients give a new a
 * @param headSteps steps at the start that train the head alone
 */
public record AromaOptions(
    @Option(help = LinearTargets.ADAPTED) List<String> targetModules,
    @Option(help = "Components trained at once (r).", def = "1", min = 1, max = 1024) int rank,
    @Option(help = "Scale of the change: s = alpha / rank.", def = "4", min = 0, exclusive = true)
        double alpha,
    @Option(help = "Dropout on the branch's input while training.", def = "0", min = 0, max = 0.99)
        double dropout,
    @Option(help = "Most steps of an inner loop (T_in).", def = "200", min = 1, steps = true)
        int innerSteps,
    @Option(help = "Steps between inner checks (delta T_in).", def = "10", min = 1, steps = true)
        int innerInterval,
    @Option(
            help = "A component has converged when its norm grows by less than this part (eps_in).",
            def = "0.1")
        double innerTolerance,
    @Option(help = "How a component's change is measured.", def = "signed") InnerChange innerChange,
    @Option(
            help =
                "A module has enough rank when a component adds less than this part of its weight's"
                    + " norm (eps_out).",
            def = "0.005",
            min = 0)
        double outerTolerance,
    @Option(help = "Adam's state of the adapter when a new component starts.", def = "full")
        Reset reset,
    @Option(help = "Part of the moments that reset: prune keeps.", def = "0.001", min = 0, max = 1)
        double pruneKeep,
    @Option(
            help = "Where a new a comes from: random, or the dense weight's gradient.",
            def = "uniform")
        Init init,
    @Option(help = "Steps whose gradients give a new a (init: gradient).", def = "4", min = 1)
        int gradientSteps,
    @Option(
            help = "Steps at the start that train the head alone.",
            def = "0",
            min = 0,
            steps = true)
        int headSteps)
    implements MethodOptions {
  /** Where the first value of a component's a comes from. */
  public enum Init {
    /** U(−1/√n, 1/√n), Kaiming uniform with a = √5 (paper, section 3.2). */
    UNIFORM,
    /** Leading right singular vectors of the dense weight's gradient; not the paper's. */
    GRADIENT
  }

  /** What becomes of Adam's state of the adapter when a new component starts. */
  public enum Reset {
    /** Moments and step count are dropped. */
    FULL,
    /**
     * A random part of the moments is kept (pruneKeep), the rest zeroed; the step count goes on.
     */
    PRUNE,
    /** Everything is kept. */
    NONE
  }

  /** Without the two criteria: every component trains for one period and is then merged. */
  static AromaOptions ofPeriod(
      List<String> targetModules,
      int rank,
      double alpha,
      double dropout,
      int period,
      Reset reset,
      double pruneKeep,
      Init init,
      int gradientSteps,
      int headSteps) {
    return new AromaOptions(
        targetModules,
        rank,
        alpha,
        dropout,
        period,
        period, // the only inner check falls on the merge, where nothing depends on it
        0,
        InnerChange.SIGNED,
        0, // no component is too small to keep
        reset,
        pruneKeep,
        init,
        gradientSteps,
        headSteps);
  }

  /** Part of Adam's moments that stays when a new component starts. */
  double keep() {
    return switch (reset) {
      case FULL -> 0;
      case PRUNE -> pruneKeep;
      case NONE -> 1;
    };
  }

  @Override
  public Method method() {
    return new Aroma(this);
  }
}
