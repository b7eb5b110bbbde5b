package dev.aroma.peft;

import dev.aroma.input.Option;
import java.util.List;

/**
 * Options of {@link Ia3}.
 *
 * @param targetModules linear layers whose outputs are scaled
 * @param feedforwardModules linear layers whose inputs are scaled
 */
public record Ia3Options(
    @Option(
            help =
                "Linear layers whose outputs are scaled: ends of paths, or /expressions/. Where not"
                    + " given: those of keys and values.")
        List<String> targetModules,
    @Option(
            help =
                "Linear layers whose inputs are scaled. Where not given: the last ones of"
                    + " feed-forward parts.")
        List<String> feedforwardModules)
    implements MethodOptions {
  @Override
  public Method method() {
    return new Ia3(this);
  }
}
