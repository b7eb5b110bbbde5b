package dev.aroma.tensor;

import java.util.Optional;
import org.bytedeco.pytorch.global.torch;

/** What can be said of the engine, also where it does not start. */
public final class EngineCheck {
  private static final int SIZE = 1024; // of the square matrices that are multiplied
  private static final double SECONDS = 0.4;
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

  /** Billions of multiplications and additions a second in a product of matrices. */
  public static double matmulRate(DType dtype, Device device) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      Tensor a = Tensor.full(0.5, DType.F32, Device.CPU, SIZE, SIZE).to(dtype).to(device);
      a.matmul(a).to(DType.F32).floats(); // the first one chooses and prepares its kernel
      long began = System.nanoTime();
      double passed = 0;
      int products = 0;
      while (passed < SECONDS) {
        try (Scope each = Scope.open()) {
          Tensor product = a.matmul(a);
          product.narrow(0, 0, 1).to(DType.F32).floats(); // waits for a GPU
        }
        products++;
        passed = (System.nanoTime() - began) / 1e9;
      }
      return 2.0 * SIZE * SIZE * SIZE * products / passed / 1e9;
    }
  }
}
