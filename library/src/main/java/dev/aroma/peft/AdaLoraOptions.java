package dev.aroma.peft;

import dev.aroma.input.InputException;
import dev.aroma.input.Option;
import java.util.List;

/**
 * Options of {@link AdaLora}.
 *
 * @param targetModules which linear layers are adapted
 * @param initialRank of every layer at first
 * @param targetRank mean of the layers' ranks at the end
 * @param alpha scale numerator
 * @param dropout on the branch's input while training
 * @param initialSteps t_i; null for a fifth of the run
 * @param finalSteps t_f; null for half of the run
 * @param interval Δ_T
 * @param orthogonality γ
 * @param beta1 decay of the mean importance
 * @param beta2 decay of its uncertainty
 */
public record AdaLoraOptions(
    @Option(help = LinearTargets.ADAPTED) List<String> targetModules,
    @Option(help = "Rank of each layer at first.", def = "12", min = 1, max = 4096) int initialRank,
    @Option(help = "Mean rank of the layers at the end.", def = "8", min = 1, max = 4096)
        int targetRank,
    @Option(
            help = "Scale of the change: s = alpha / initial-rank.",
            def = "32",
            min = 0,
            exclusive = true)
        double alpha,
    @Option(help = "Dropout on the branch's input while training.", def = "0", min = 0, max = 0.99)
        double dropout,
    @Option(
            help = "Steps at the start with all ranks; a fifth of the run if not given.",
            min = 0,
            steps = true)
        Integer initialSteps,
    @Option(
            help = "Steps at the end with ranks fixed; half of the run if not given.",
            min = 0,
            steps = true)
        Integer finalSteps,
    @Option(help = "Steps between choices of what to mask.", def = "10", min = 1, steps = true)
        int interval,
    @Option(help = "Weight of the penalty that keeps factors orthogonal.", def = "0.1", min = 0)
        double orthogonality,
    @Option(help = "Decay of the mean importance.", def = "0.85", min = 0, max = 0.9999)
        double beta1,
    @Option(help = "Decay of the importance's uncertainty.", def = "0.85", min = 0, max = 0.9999)
        double beta2)
    implements MethodOptions {
  /** Checks the ranks against each other. */
  public AdaLoraOptions {
    if (targetRank > initialRank) {
      throw new InputException(
          "target-rank: expected at most initial-rank, %d, found %d"
              .formatted(initialRank, targetRank),
          "ranks only shrink: begin with more",
          "adalora-schedule");
    }
  }

  /**
   * The budget's course over a run.
   *
   * @param modules number of adapted layers
   * @param total most optimiser steps
   * @throws InputException if no step is left between the start and the end
   */
  AdaLoraBudget budget(int modules, int total) {
    int first = initialSteps == null ? total / 5 : initialSteps;
    int last = finalSteps == null ? total / 2 : finalSteps;
    if (first + last >= total) {
      throw new InputException(
          "method: expected initial-steps + final-steps below the %d steps of the run, found %d + %d"
              .formatted(total, first, last),
          "leave steps between them, in which the ranks shrink, or train longer",
          "adalora-schedule");
    }
    return new AdaLoraBudget(
        modules * initialRank, modules * targetRank, first, last, total, interval);
  }

  @Override
  public Method method() {
    return new AdaLora(this);
  }
}
