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
            help = "Linear layers whose outputs are scaled: ends of paths, or /expressions/.",
            def = "key, value")
        List<String> targetModules,
    @Option(help = "Linear layers whose inputs are scaled.", def = "/.*\\.\\d+\\.output\\.dense/")
        List<String> feedforwardModules)
    implements MethodOptions {
  @Override
  public Method method() {
    return new Ia3(this);
  }
}
