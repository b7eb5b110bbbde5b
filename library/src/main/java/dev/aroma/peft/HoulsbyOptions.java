package dev.aroma.peft;

import dev.aroma.input.Option;
import dev.aroma.nn.Linear;
import java.util.List;

/**
 * Options of Houlsby's adapters (Houlsby et al. 2019, arXiv 1902.00751; AdapterH in the AROMA
 * paper): h + W_up f(W_down h) with f = swish, after the attention's and the feed-forward's output
 * layers, each before the residual is added and normalised.
 *
 * @param targetModules linear layers that an adapter follows
 * @param bottleneck width inside
 */
public record HoulsbyOptions(
    @Option(
            help =
                "Linear layers that an adapter follows: ends of paths, or /expressions/. Where not"
                    + " given: the last ones of attention and of feed-forward parts.")
        List<String> targetModules,
    @Option(help = "Width inside an adapter.", def = "8", min = 1, max = 65536) int bottleneck)
    implements MethodOptions {
  @Override
  public Method method() {
    return BottleneckModule.behind(
        Linear.class,
        targetModules,
        names -> List.of(names.attentionOutput(), names.feedForwardOutput()),
        bottleneck,
        "swish");
  }
}
