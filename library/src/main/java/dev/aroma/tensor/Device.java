package dev.aroma.tensor;

import dev.aroma.input.InputException;
import java.util.Locale;

/** Where a tensor lives: the CPU or one CUDA device. */
public enum Device {
  /** Main memory. */
  CPU,
  /** The first visible CUDA device; choose another one with {@code CUDA_VISIBLE_DEVICES}. */
  CUDA;

  /**
   * The device that an option names.
   *
   * @param name {@code auto} (CUDA where there is one), {@code cpu} or {@code cuda}
   * @throws InputException if CUDA is asked for and there is none
   */
  public static Device of(String name) {
    return switch (name) {
      case "auto" -> Engine.cudaDevices() > 0 ? CUDA : CPU;
      case "cpu" -> CPU;
      case "cuda" -> {
        if (Engine.cudaDevices() == 0) {
          throw new InputException(
              "device cuda was asked for, but libtorch sees no CUDA device",
              "use --device cpu, or build with the CUDA natives (mvn -Pcuda) on a machine with a"
                  + " driver",
              "no-cuda");
        }
        yield CUDA;
      }
      default ->
          throw new InputException(
              "device: expected auto, cpu or cuda, found '%s'".formatted(name),
              "choose one of the three",
              "options");
    };
  }

  /** Lower-case name as options spell it. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
