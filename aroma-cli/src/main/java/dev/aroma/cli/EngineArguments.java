package dev.aroma.cli;

import dev.aroma.recipe.EngineOptions;
import picocli.CommandLine.Option;

/** Where to compute, for commands that load what was trained. */
final class EngineArguments {
  /** The words that picocli checks; as a config spells them. */
  enum Device {
    auto,
    cpu,
    cuda
  }

  enum Precision {
    auto,
    fp32,
    bf16
  }

  @Option(names = "--device", paramLabel = "NAME", description = "${COMPLETION-CANDIDATES}.")
  private Device device;

  @Option(names = "--precision", paramLabel = "NAME", description = "${COMPLETION-CANDIDATES}.")
  private Precision precision;

  /** What was given, and for the rest what {@code otherwise} says. */
  EngineOptions over(EngineOptions otherwise) {
    return new EngineOptions(
        device == null ? otherwise.device() : device.name(),
        precision == null ? otherwise.precision() : precision.name());
  }

  /** What was given, and for the rest the best there is. */
  EngineOptions overAuto() {
    return over(new EngineOptions("auto", "auto"));
  }
}
