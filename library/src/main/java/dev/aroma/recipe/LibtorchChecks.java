package dev.aroma.recipe;

import dev.aroma.tensor.CudaDriver;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Engine;
import dev.aroma.tensor.EngineCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@link Doctor} looks at in libtorch: that it loads, what it was built with, how fast. */
final class LibtorchChecks {
  private static final int CUDA_NEEDED = 13_000; // what our presets are built with
  private static final Map<String, String> BLAS =
      Map.of("open", "OpenBLAS", "mkl", "MKL", "accelerate", "Accelerate");

  private LibtorchChecks() {}

  /**
   * All of them; only the first where it does not load.
   *
   * @param failure why it does not load; nothing where it does
   */
  static List<Check> of(Optional<String> failure) {
    return failure.map(why -> List.of(unloadable(why))).orElseGet(LibtorchChecks::loaded);
  }

  private static Check unloadable(String why) {
    return Check.broken(
        "libtorch",
        "does not load: " + why,
        "Natives of this platform must be on the class path (build with -Djavacpp.platform=…), and"
            + " ~/.javacpp/cache must be writable; delete it if it is damaged.");
  }

  private static List<Check> loaded() {
    List<Check> checks = new ArrayList<>();
    checks.add(Check.ok("libtorch", Engine.version() + ", uses " + Engine.cpuCapability()));
    int cores = Runtime.getRuntime().availableProcessors();
    checks.add(
        Check.unless(
            Engine.threads() > cores,
            "threads",
            "%d for %d cores".formatted(Engine.threads(), cores),
            "More threads than cores slow each other down: unset OMP_NUM_THREADS."));
    checks.add(Check.ok("libraries", libraries(EngineCheck.build())));
    checks.add(cuda());
    Device device = Device.of("auto");
    for (DType dtype : List.of(DType.F32, DType.BF16)) {
      checks.add(rate(dtype, device));
    }
    return checks;
  }

  /** What computes, of the many things that libtorch says of its build. */
  static String libraries(String build) {
    List<String> found = new ArrayList<>();
    first("BLAS_INFO=(\\w+)", build).ifPresent(blas -> found.add(BLAS.getOrDefault(blas, blas)));
    first("(?:MKL-DNN|oneDNN) v([\\d.]+)", build).ifPresent(one -> found.add("oneDNN " + one));
    first("OpenMP ([\\d.]+)\\)", build).ifPresent(openMp -> found.add("OpenMP " + openMp));
    first("CUDA Runtime ([\\d.]+)", build).ifPresent(cuda -> found.add("CUDA " + cuda));
    first("CuDNN ([\\d.]+)", build).ifPresent(cudnn -> found.add("cuDNN " + cudnn));
    return found.isEmpty() ? "not told" : String.join(", ", found);
  }

  private static Optional<String> first(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static Check rate(DType dtype, Device device) {
    String name = dtype == DType.F32 ? "fp32" : "bf16";
    try {
      double rate = EngineCheck.matmulRate(dtype, device);
      int size = EngineCheck.matrixSize(device);
      String value =
          String.format(
              Locale.ROOT, "%.0f GFLOP/s on %s (%d × %d matrices)", rate, device.id(), size, size);
      return Check.ok(name, value);
    } catch (RuntimeException e) {
      String what = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      return dtype == DType.F32
          ? Check.broken(name, "does not work: " + what, "Try --device cpu.")
          : Check.note(name, "does not work: " + what, "Train with --precision fp32.");
    }
  }

  private static Check cuda() {
    return cuda(EngineCheck.hasCudaNatives(), CudaDriver.find(), Engine.cudaDevices());
  }

  /** Why there is no CUDA device, or which there is. */
  static Check cuda(boolean natives, Optional<CudaDriver> driver, int usable) {
    if (driver.isEmpty()) {
      String what = "none: no NVIDIA driver on this machine";
      return natives
          ? Check.note(
              "cuda", what, "Install NVIDIA's driver for CUDA 13.0 or newer, or train on the CPU.")
          : Check.ok("cuda", what);
    }
    String found = "driver for CUDA " + driver.get().cuda();
    if (driver.get().devices() == 0) {
      return Check.note(
          "cuda",
          "none: " + found + " sees no device",
          "Look at nvidia-smi and CUDA_VISIBLE_DEVICES; a container needs --gpus all.");
    }
    String device = driver.get().name() + ", " + found;
    if (usable > 0) {
      return Check.ok("cuda", device);
    }
    if (!natives) {
      return Check.note(
          "cuda",
          "not used: %s; this build has no CUDA natives".formatted(device),
          "Build with the profile cuda: mvn -Pcuda package.");
    }
    boolean old = driver.get().version() < CUDA_NEEDED;
    return Check.note(
        "cuda",
        "not used: %s%s".formatted(device, old ? ", too old" : "; libtorch cannot use it"),
        old
            ? "Install a driver for CUDA 13.0 or newer."
            : "It needs CUDA 13, cuDNN 9 and NCCL 2 where the loader looks (LD_LIBRARY_PATH).");
  }
}
