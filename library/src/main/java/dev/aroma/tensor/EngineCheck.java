package dev.aroma.tensor;

import java.util.Optional;
import org.bytedeco.pytorch.global.torch;

/** What can be said of the engine, also where it does not start. */
public final class EngineCheck {
  private static final double SHORTEST = 0.001; // seconds of a repeat
  private static final double SECONDS = 0.5; // of all repeats
  private static final String GPU_NATIVES = "/org/bytedeco/pytorch/linux-x86_64-gpu/libjnitorch.so";

  private EngineCheck() {}

  /** Loads libtorch; what hinders it, in a line, or nothing where it works. */
  public static Optional<String> failure() {
    try {
      Engine.load();
      try (Scope scope = Scope.open()) {
        Tensor.full(1, DType.F32, Device.CPU, 2).floats();
      }
      return Optional.empty();
    } catch (LinkageError | RuntimeException e) {
      return Optional.of(rootOf(e));
    }
  }

  private static String rootOf(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    return root.getClass().getSimpleName() + ": " + message;
  }

  /** Whether libtorch's CUDA build is on the class path. */
  public static boolean hasCudaNatives() {
    return EngineCheck.class.getResource(GPU_NATIVES) != null;
  }

  /** How libtorch was built: its libraries and their versions, several lines. */
  public static String build() {
    return torch.show_config().getString();
  }

  /**
   * Billions of multiplications and additions a second in a product of matrices: the best of many
   * short repeats, since other programs can only make it slower, and seldom all of them.
   */
  public static double matmulRate(DType dtype, Device device) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      int size = matrixSize(device);
      Tensor a = Tensor.full(0.5, DType.F32, Device.CPU, size, size).to(dtype).to(device);
      int products = 1;
      seconds(a, products); // the first one chooses its kernel, and wakes threads
      double seconds = seconds(a, products);
      while (seconds < SHORTEST) {
        products *= 2;
        seconds = seconds(a, products);
      }
      long end = System.nanoTime() + (long) (SECONDS * 1e9);
      while (System.nanoTime() < end) {
        seconds = Math.min(seconds, seconds(a, products));
      }
      return 2.0 * size * size * size * products / seconds / 1e9;
    }
  }

  /** Rows and columns of the matrices: enough to fill the device, few enough for short repeats. */
  public static int matrixSize(Device device) {
    return device == Device.CUDA ? 4096 : 512;
  }

  /** Of so many products, with one wait for the device at the end. */
  private static double seconds(Tensor a, int products) {
    long began = System.nanoTime();
    for (int i = 1; i < products; i++) {
      a.matmul(a).close();
    }
    try (Scope last = Scope.open()) {
      a.matmul(a).narrow(0, 0, 1).to(DType.F32).floats();
    }
    return (System.nanoTime() - began) / 1e9;
  }
}
