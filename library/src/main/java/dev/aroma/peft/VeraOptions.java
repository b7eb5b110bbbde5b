package dev.aroma.peft;

import dev.aroma.input.Option;
import java.util.List;

/**
 * Options of {@link VeraMethod}.
 *
 * @param targetModules which linear layers are adapted
 * @param rank number of shared directions, r
 * @param dropout on the branch's input while training
 * @param firstFactor first value of λ_d
 */
public record VeraOptions(
    @Option(help = LinearTargets.HELP + " Where not given: those of queries and values.")
        List<String> targetModules,
    @Option(help = "Number of shared random directions (r).", def = "256", min = 1, max = 65536)
        int rank,
    @Option(help = "Dropout on the branch's input while training.", def = "0", min = 0, max = 0.99)
        double dropout,
    @Option(help = "First value of the factors on directions.", def = "0.1") double firstFactor)
    implements MethodOptions {
  @Override
  public Method method() {
    return new VeraMethod(this);
  }
}
