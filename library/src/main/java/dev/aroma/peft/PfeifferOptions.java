package dev.aroma.peft;

import dev.aroma.input.Option;
import dev.aroma.nn.LayerNorm;
import java.util.List;
import java.util.stream.Stream;

/**
 * Options of Pfeiffer's adapters (Pfeiffer et al. 2020, arXiv 2005.00247; AdapterP in the AROMA
 * paper): one a block, h + W_up relu(W_down h) after the feed-forward's addition and normalisation.
 *
 * @param targetModules normalisations that an adapter follows
 * @param bottleneck width inside
 */
public record PfeifferOptions(
    @Option(
            help =
                "Normalisations that an adapter follows: ends of paths, or /expressions/. Where not"
                    + " given: those behind feed-forward parts, which LLaMA has not.")
        List<String> targetModules,
    @Option(help = "Width inside an adapter.", def = "16", min = 1, max = 65536) int bottleneck)
    implements MethodOptions {
  @Override
  public Method method() {
    return BottleneckModule.behind(
        LayerNorm.class,
        targetModules,
        names -> Stream.ofNullable(names.feedForwardNorm()).toList(),
        bottleneck,
        "relu");
  }
}
