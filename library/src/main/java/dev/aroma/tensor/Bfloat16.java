package dev.aroma.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Whether bfloat16 pays on this CPU: it has instructions for it, and a linear layer of about the
 * model's shape takes at most {@value #LEAST_GAIN} of its time in float32.
 *
 * @param pays whether to take it
 * @param reason for the person
 */
public record Bfloat16(boolean pays, String reason) {
  /** Narrower models spend their time elsewhere than in products. */
  static final long NARROWEST = 256;

  /** Casts and operations without bfloat16 instructions must be paid for by the products. */
  static final double LEAST_GAIN = 0.6;

  private static final long WIDEST = 1024; // wider layers gain as this one does
  private static final long ROWS = 640; // tokens of a small batch
  private static final int ROUNDS = 12;
  private static final long NANOS = 300_000_000;

  /**
   * Looks at the processor and measures, in less than half a second.
   *
   * @param width of the model's hidden states
   */
  public static Bfloat16 on(long width) {
    return on(width, instructions(cpuFlags()));
  }

  static Bfloat16 on(long width, String instructions) {
    if (width < NARROWEST) {
      return new Bfloat16(false, "the model is too narrow to gain by bf16");
    }
    if (instructions == null) {
      return new Bfloat16(false, "the processor has no instructions for bf16");
    }
    double[] millis = measure(Math.min(width, WIDEST));
    boolean pays = millis[1] <= LEAST_GAIN * millis[0];
    String times =
        String.format(
            Locale.ROOT,
            "%s; a product takes %.2f ms, in fp32 %.2f ms",
            instructions,
            millis[1],
            millis[0]);
    return new Bfloat16(pays, times);
  }

  /** The processor's instructions for bfloat16 in words, or null. */
  static String instructions(String flags) {
    String padded = " " + flags + " ";
    if (padded.contains(" amx_bf16 ")) {
      return "AMX";
    }
    return padded.contains(" avx512_bf16 ") ? "AVX512-BF16" : null;
  }

  private static String cpuFlags() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      return ""; // not Linux: nobody says
    }
  }

  /** Milliseconds in float32 and in bfloat16, the fastest of each: others use the cores too. */
  private static double[] measure(long width) {
    double[] fastest = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      Tensor x = Tensor.full(0.5, DType.F32, Device.CPU, ROWS, width);
      Tensor weight = Tensor.full(0.5, DType.F32, Device.CPU, 4 * width, width);
      Tensor[] xs = {x, x.to(DType.BF16)};
      Tensor[] weights = {weight, weight.to(DType.BF16)};
      long end = System.nanoTime() + NANOS;
      for (int i = 0; i < 2 * ROUNDS && (i < 4 || System.nanoTime() < end); i++) {
        int which = i % 2;
        fastest[which] = Math.min(fastest[which], millis(xs[which], weights[which]));
      }
    }
    return fastest;
  }

  private static double millis(Tensor x, Tensor weight) {
    try (Scope scope = Scope.open()) {
      long start = System.nanoTime();
      Ops.linear(x, weight, null);
      return (System.nanoTime() - start) / 1e6;
    }
  }
}
