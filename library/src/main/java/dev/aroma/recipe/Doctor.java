package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.io.CacheDirectory;
import dev.aroma.io.EmbeddedModel;
import dev.aroma.io.Hub;
import dev.aroma.report.Machine;
import dev.aroma.tensor.CudaDriver;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Engine;
import dev.aroma.tensor.EngineCheck;
import dev.aroma.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks at everything that training depends on; what does not work becomes a line with a hint. */
public final class Doctor {
  private static final double GB = 1e9;
  private static final double LITTLE_MEMORY = 2 * GB;
  private static final double LITTLE_DISK = 1 * GB;
  private static final int CUDA_NEEDED = 13_000; // what our presets are built with
  private static final Map<String, String> BLAS =
      Map.of("open", "OpenBLAS", "mkl", "MKL", "accelerate", "Accelerate");

  private final Map<String, String> environment;
  private final List<Check> checks = new ArrayList<>();

  private Doctor(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * All checks; takes about two seconds.
   *
   * @param environment the environment's variables
   */
  public static List<Check> examine(Map<String, String> environment) {
    Doctor doctor = new Doctor(environment);
    doctor.machine();
    doctor.engine(EngineCheck.failure());
    doctor.tokenizers();
    doctor.disks();
    return List.copyOf(doctor.checks);
  }

  private void machine() {
    long heap = Runtime.getRuntime().maxMemory();
    checks.add(
        Check.unless(
            heap < GB / 2,
            "java",
            "%s %s, heap at most %s"
                .formatted(
                    System.getProperty("java.version"),
                    System.getProperty("java.vendor"),
                    gb(heap)),
            "Give the JVM more: JAVA_OPTS=-Xmx1g. Tensors lie outside of the heap."));
    Machine machine = Machine.current(null);
    checks.add(Check.ok("platform", machine.os() + " " + machine.arch()));
    checks.add(
        Check.ok("cpu", "%s, %d cores%s".formatted(machine.cpu(), machine.cores(), flags())));
    Optional<Long> free = Machine.availableBytes();
    checks.add(
        Check.unless(
            free.isPresent() && free.get() < LITTLE_MEMORY,
            "memory",
            "%s, %s free".formatted(gb(machine.memoryBytes()), free.map(Doctor::gb).orElse("? ")),
            "End other programs, or take a smaller model, --batch-size or --max-length."));
  }

  private static String flags() {
    String all = " " + Machine.cpuFlags() + " ";
    String found =
        Stream.of("avx2", "avx512f", "avx512_bf16", "amx_bf16")
            .filter(flag -> all.contains(" " + flag + " "))
            .collect(Collectors.joining(", "));
    return found.isEmpty() ? "" : ", " + found;
  }

  // --- the engine
  // ----------------------------------------------------------------------------------

  void engine(Optional<String> failure) {
    if (failure.isPresent()) {
      checks.add(
          Check.broken(
              "libtorch",
              "does not load: " + failure.get(),
              "Natives of this platform must be on the class path (build with"
                  + " -Djavacpp.platform=…), and ~/.javacpp/cache must be writable; delete it if it"
                  + " is damaged."));
      return;
    }
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

  // --- tokenizers and disks
  // ------------------------------------------------------------------------

  private void tokenizers() {
    if (!EmbeddedModel.isPresent()) {
      checks.add(Check.ok("tokenizers", "not tried: no embedded tokenizer"));
      return;
    }
    try (TextTokenizer tokenizer = TextTokenizer.ofResource(EmbeddedModel.TOKENIZER, 8)) {
      tokenizer.encode("a");
      checks.add(Check.ok("tokenizers", "the native library works"));
    } catch (InputException e) {
      List<String> lines = e.getMessage().lines().map(String::strip).toList();
      checks.add(Check.broken("tokenizers", lines.get(0), lines.get(1)));
    }
  }

  private void disks() {
    checks.add(cache("cache", CacheDirectory.resolve(environment)));
    checks.add(cache("hub cache", Hub.cache(environment)));
    Path here = Path.of("").toAbsolutePath();
    try {
      long free = Files.getFileStore(here).getUsableSpace();
      boolean off = free < LITTLE_DISK || !Files.isWritable(here);
      String value =
          "%s free in %s%s"
              .formatted(gb(free), here, Files.isWritable(here) ? "" : ", not writable");
      checks.add(
          Check.unless(off, "disk", value, "Free some space, or give --output another disk."));
    } catch (IOException e) {
      checks.add(
          Check.note(
              "disk",
              e.toString(),
              "Start in a directory whose disk answers, or give --output one."));
    }
  }

  /** What is not there yet can be made if its nearest parent can be written to. */
  private static Check cache(String name, Path directory) {
    Path nearest = directory.toAbsolutePath();
    while (nearest.getParent() != null && !Files.exists(nearest)) {
      nearest = nearest.getParent();
    }
    boolean writable = Files.isDirectory(nearest) && Files.isWritable(nearest);
    String size = Files.isDirectory(directory) ? gb(size(directory)) : "not there yet";
    return Check.unless(
        !writable,
        name,
        "%s, %s%s".formatted(directory, size, writable ? "" : ", not writable"),
        "Make it writable, or choose another: XDG_CACHE_HOME (both), HF_HOME (the hub's).");
  }

  private static long size(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException | RuntimeException e) {
      return 0; // something in it cannot be read, which is no concern here
    }
  }

  private static String gb(long bytes) {
    return String.format(Locale.ROOT, "%.1f GB", bytes / GB);
  }
}
