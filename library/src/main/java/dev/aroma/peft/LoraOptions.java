package dev.aroma.peft;

import dev.aroma.input.Option;
import java.util.List;

/**
 * Options of {@link Lora}.
 *
 * @param targetModules which linear layers are adapted
 * @param rank r
 * @param alpha scale numerator
 * @param dropout on the branch's input while training
 * @param rslora whether s is alpha / √r in place of alpha / r
 * @param dora whether magnitudes of rows are trained too
 * @param plusRatio factor from A's learning rate to B's (LoRA+)
 */
public record LoraOptions(
    @Option(help = LinearTargets.ADAPTED) List<String> targetModules,
    @Option(help = "Rank of the change of each layer (r).", def = "8", min = 1, max = 4096)
        int rank,
    @Option(help = "Scale of the change: s = alpha / rank.", def = "16", min = 0, exclusive = true)
        double alpha,
    @Option(help = "Dropout on the branch's input while training.", def = "0", min = 0, max = 0.99)
        double dropout,
    @Option(help = "rsLoRA: s = alpha / sqrt(rank).", def = "false") boolean rslora,
    @Option(help = "DoRA: also train the magnitude of each row.", def = "false") boolean dora,
    @Option(
            help = "LoRA+: learning rate of B as a multiple of A's.",
            def = "1",
            min = 0,
            exclusive = true)
        double plusRatio)
    implements MethodOptions {
  /** The factor s of B A. */
  double scale() {
    return alpha / (rslora ? Math.sqrt(rank) : rank);
  }

  @Override
  public Method method() {
    return new Lora(this);
  }
}
