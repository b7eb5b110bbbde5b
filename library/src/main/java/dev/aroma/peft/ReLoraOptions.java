package dev.aroma.peft;

import dev.aroma.input.Option;
import java.util.List;

/**
 * Options of ReLoRA (Lialin et al. 2023, arXiv 2307.05695): LoRA of a fixed rank that is merged
 * every K steps and started anew, most of Adam's moments dropped and the rate warmed up again.
 *
 * <p>It is {@link Aroma} without its two criteria (AROMA paper, section 4.1), and runs as such.
 *
 * @param targetModules which linear layers are adapted
 * @param rank components trained at once, r
 * @param alpha scale numerator: s = alpha / r
 * @param dropout on the branch's input while training
 * @param mergeSteps K
 * @param pruneKeep part of Adam's moments that a restart keeps
 */
public record ReLoraOptions(
    @Option(help = LinearTargets.ADAPTED) List<String> targetModules,
    @Option(help = "Components trained at once (r).", def = "1", min = 1, max = 1024) int rank,
    @Option(help = "Scale of the change: s = alpha / rank.", def = "4", min = 0, exclusive = true)
        double alpha,
    @Option(help = "Dropout on the branch's input while training.", def = "0", min = 0, max = 0.99)
        double dropout,
    @Option(help = "Steps between merges (K).", def = "200", min = 1, steps = true) int mergeSteps,
    @Option(
            help = "Part of Adam's moments that is kept at a merge.",
            def = "0.001",
            min = 0,
            max = 1)
        double pruneKeep)
    implements MethodOptions {
  @Override
  public Method method() {
    return new Aroma(
        AromaOptions.ofPeriod(
            targetModules,
            rank,
            alpha,
            dropout,
            mergeSteps,
            AromaOptions.Reset.PRUNE,
            pruneKeep,
            AromaOptions.Init.UNIFORM,
            1,
            0));
  }
}
