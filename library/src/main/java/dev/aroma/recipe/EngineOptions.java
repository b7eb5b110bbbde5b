package dev.aroma.recipe;

import dev.aroma.input.Option;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;

/**
 * Where and in what numbers to compute.
 *
 * @param device auto, cpu or cuda
 * @param precision of weights and activations; trained parameters and moments are float32 always
 * @param graphs whether training takes the model's own passes where it has them, and steps on a GPU
 *     are recorded and replayed
 */
public record EngineOptions(
    @Option(
            help = "Where to compute; auto takes CUDA where there is one.",
            def = "auto",
            allowed = {"auto", "cpu", "cuda"})
        String device,
    @Option(
            help =
                "Numbers of frozen weights and activations; auto: bf16 on CUDA, and on a CPU where"
                    + " a run measures at its beginning that it pays. What is trained stays"
                    + " float32.",
            def = "auto",
            allowed = {"auto", "fp32", "bf16"})
        String precision,
    @Option(
            help =
                "Train by the model's own passes where it has them; on a GPU also record a step of"
                    + " each size once as a CUDA graph and replay it. false: autograd, one operation"
                    + " at a time.",
            def = "true")
        boolean graphs) {
  /** As by default but for device and precision. */
  public EngineOptions(String device, String precision) {
    this(device, precision, true);
  }

  /** The same with another precision. */
  EngineOptions withPrecision(String other) {
    return new EngineOptions(device, other, graphs);
  }

  /** The device, looked for now. */
  Device where() {
    return Device.of(device);
  }

  /** These, and where the precision is open that of a run. */
  EngineOptions over(EngineOptions run) {
    return precision.equals("auto") ? withPrecision(run.precision()) : this;
  }

  /** The element type of a computation on a device; open on a CPU, it is float32. */
  DType type(Device where) {
    return switch (precision) {
      case "fp32" -> DType.F32;
      case "bf16" -> DType.BF16;
      default -> where == Device.CUDA ? DType.BF16 : DType.F32;
    };
  }
}
