package dev.aroma.peft;

import dev.aroma.input.Option;
import java.util.List;

/**
 * Pursuit, the variant of {@link Aroma} with a fixed period, ours and not the paper's: every
 * component starts from the gradient of the dense weight, trains for the same number of steps, and
 * is merged. All modules end at the same rank.
 *
 * @param targetModules which linear layers are adapted
 * @param rank components trained at once, r
 * @param alpha scale numerator: s = alpha / r
 * @param dropout on the branch's input while training
 * @param innerSteps steps a component is trained
 * @param gradientSteps steps whose gradients give a new a
 * @param headSteps steps at the start that train the head alone
 */
public record PursuitOptions(
    @Option(help = LinearTargets.ADAPTED) List<String> targetModules,
    @Option(help = "Components trained at once (r).", def = "1", min = 1, max = 1024) int rank,
    @Option(help = "Scale of the change: s = alpha / rank.", def = "4", min = 0, exclusive = true)
        double alpha,
    @Option(help = "Dropout on the branch's input while training.", def = "0", min = 0, max = 0.99)
        double dropout,
    @Option(help = "Steps that each component trains.", def = "100", min = 1, steps = true)
        int innerSteps,
    @Option(help = "Steps whose gradients give a new component.", def = "4", min = 1)
        int gradientSteps,
    @Option(
            help = "Steps at the start that train the head alone.",
            def = "20",
            min = 1,
            steps = true)
        int headSteps)
    implements MethodOptions {
  @Override
  public Method method() {
    return new Aroma(
        AromaOptions.ofPeriod(
            targetModules,
            rank,
            alpha,
            dropout,
            innerSteps,
            AromaOptions.Reset.FULL,
            0,
            AromaOptions.Init.GRADIENT,
            gradientSteps,
            headSteps));
  }
}
