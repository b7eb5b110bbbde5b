package dev.aroma.recipe;

import dev.aroma.peft.FullOptions;
import dev.aroma.tensor.Bfloat16;
import dev.aroma.tensor.Device;
import java.util.function.Consumer;

/**
 * What {@code engine.precision: auto} comes to on a CPU, decided once when a run begins and written
 * into its config: a run that goes on or is reproduced computes in the same numbers.
 */
final class SettledPrecision {
  private SettledPrecision() {}

  /**
   * The options with a precision.
   *
   * @param width of the model's hidden states
   * @param messages told which one and why, where it was left to us
   */
  static RunOptions of(RunOptions options, Device device, long width, Consumer<String> messages) {
    boolean open = options.engine().precision().equals("auto") && device == Device.CPU;
    if (!open) {
      return options;
    }
    Bfloat16 found =
        options.method() instanceof FullOptions
            ? new Bfloat16(false, "weights are trained, in fp32")
            : Bfloat16.on(width);
    String precision = found.pays() ? "bf16" : "fp32";
    messages.accept("precision %s: %s".formatted(precision, found.reason()));
    return options.withEngine(options.engine().withPrecision(precision));
  }
}
