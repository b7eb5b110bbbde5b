package dev.aroma.tensor;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/**
 * Loads libtorch once, with the settings that must stand before its first native class loads, and
 * answers questions about it.
 *
 * <p>Three settings matter. {@code org.bytedeco.javacpp.nopointergc} halves the cost of a small
 * operation; {@link Scope} frees memory instead. libgomp's threads and OpenBLAS's take turns on the
 * same cores, so neither may wait for work by turning round: {@code OPENBLAS_THREAD_TIMEOUT=4} lets
 * OpenBLAS's sleep at once, {@code GOMP_SPINCOUNT=20000} libgomp's after a quarter of a millisecond
 * (to wake them for each small operation costs more than the operation, and between two texts that
 * are predicted one after another less time passes). Both must be in the C environment before the
 * libraries load, and a value that the user set wins. {@link MemoryReuse} is the third.
 */
public final class Engine {
  /** Set by a launcher on machines whose libtorch comes from a Python install. */
  private static final String CUDA_LIBRARY = "AROMA_LIBTORCH_CUDA";

  static {
    setDefault("org.bytedeco.javacpp.nopointergc", "true");
    if (Engine.class.getResource("/org/bytedeco/pytorch/linux-x86_64-gpu/libjnitorch.so") != null) {
      setDefault("org.bytedeco.javacpp.platform.extension", "-gpu"); // the CUDA build is there
    }
    if (System.getenv("OMP_WAIT_POLICY") == null) {
      setEnvironment("GOMP_SPINCOUNT", "20000");
    }
    setEnvironment("OPENBLAS_THREAD_TIMEOUT", "4"); // the shortest: 2⁴ cycles
    MemoryReuse.begin();
    Loader.load(torch.class);
    // cuDNN's attention builds a plan for every new shape, which costs more than it gains here
    torch.globalContext().setSDPUseCuDNN(false);
    String cuda = System.getenv(CUDA_LIBRARY);
    if (cuda != null) {
      NativeLibrary.getInstance(cuda);
    }
  }

  private Engine() {}

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** In the C environment, which libraries read when they load; what the user set stays. */
  static void setEnvironment(String name, String value) {
    environment("setenv", name, value, 0);
  }

  /** Takes back {@link #setEnvironment}. */
  static void unsetEnvironment(String name) {
    environment("unsetenv", name);
  }

  private static void environment(String function, Object... arguments) {
    if (Platform.isLinux()) {
      NativeLibrary library = NativeLibrary.getInstance(Platform.C_LIBRARY_NAME);
      library.getFunction(function).invokeInt(arguments);
    }
  }

  /** Loads libtorch; later calls cost nothing. */
  public static void load() {
    // the static initialiser has done it
  }

  /**
   * Whether a {@link Plan} can be made, and is quick: oneDNN is there, and the processor has AVX2.
   */
  public static boolean plans() {
    try {
      return torch.hasMKLDNN() && Dnnl.quick();
    } catch (LinkageError e) {
      return false; // who embeds us may leave it out
    }
  }

  /** Number of CUDA devices that libtorch can use; 0 without CUDA. */
  public static int cudaDevices() {
    return torch.cuda_is_available() ? torch.cuda_device_count() : 0;
  }

  /**
   * Seeds libtorch's own generators (dropout masks). Initial values come from {@link Rng}, which is
   * the same on every device.
   */
  public static void seed(long seed) {
    torch.manual_seed(seed);
    if (cudaDevices() > 0) {
      torch.cuda_manual_seed_all(seed);
    }
  }

  /**
   * Seeds libtorch's own generators for one step, so that what it draws depends on seed and step
   * alone and no generator's state has to be kept. Costs microseconds; a device is not waited for.
   *
   * @param seed of the run
   * @param step optimiser steps done so far, from 0
   */
  public static void seed(long seed, int step) {
    seed(Rng.at(seed, step));
  }

  /** A copy of the state of the generator that {@link #seed} seeds, on a device. */
  public static Tensor randomState(Device device) {
    return new Tensor(torch.globalContext().defaultGenerator(Native.device(device)).get_state());
  }

  /** Goes on from a state that {@link #randomState(Device)} gave: the same numbers come again. */
  public static void randomState(Device device, Tensor state) {
    torch.globalContext().defaultGenerator(Native.device(device)).set_state(state.raw);
  }

  /** Number of threads that one operation may use. */
  public static int threads() {
    return torch.get_num_threads();
  }

  /** Limits the threads of one operation, from 1. */
  public static void threads(int count) {
    torch.set_num_threads(count);
  }

  /** The widest instructions that libtorch uses on this CPU, such as AVX512. */
  public static String cpuCapability() {
    return torch.get_cpu_capability().getString();
  }

  /** Version of the libtorch presets, such as {@code 2.10.0-1.5.13}. */
  public static String version() {
    try {
      return Loader.getVersion("org.bytedeco", "pytorch");
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** Resident memory of this process in bytes now; -1 where the system does not say. */
  public static long residentBytes() {
    return statusKilobytes("VmRSS:");
  }

  /** Largest resident memory of this process so far in bytes; -1 where the system does not say. */
  public static long peakResidentBytes() {
    return statusKilobytes("VmHWM:");
  }

  /** Memory of the CUDA device in use now, in bytes: that of all processes, their contexts too. */
  public static long deviceBytes() {
    return Cuda.bytesInUse();
  }

  /**
   * Gives back to a device's system the memory that is kept for later, so that what is measured
   * next does not count what was before. Takes milliseconds; of recorded work ({@link CudaGraph})
   * none may be left, else its memory stays.
   */
  public static void trim(Device device) {
    if (device == Device.CUDA) {
      Cuda.trim();
    } else if (Platform.isLinux()) {
      NativeLibrary.getInstance(Platform.C_LIBRARY_NAME)
          .getFunction("malloc_trim")
          .invokeInt(new Object[] {0L});
    }
  }

  private static long statusKilobytes(String key) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith(key)) {
          String number = line.substring(key.length()).toLowerCase(Locale.ROOT);
          return Long.parseLong(number.replace("kb", "").strip()) * 1024;
        }
      }
    } catch (IOException e) {
      return -1;
    }
    return -1;
  }
}
