package dev.aroma.model.bert;

import dev.aroma.tensor.CudaKernels;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The kernels over rows of a block's states, compiled when first asked for. */
final class RowKernels {
  /** A row's threads, of eight elements each, make one block. */
  static final int WIDEST = 8 * 1024;

  /** Elements of a thread. */
  static final int EACH = 8;

  private static final int WARP = 32;

  private RowKernels() {}

  private static final class Compiled {
    static final CudaKernels ALL =
        CudaKernels.compile(
            Stream.of("rows.cu", "packed.cu", "rank_one.cu", "first.cu")
                .map(RowKernels::source)
                .collect(Collectors.joining()));
  }

  /** A source file of kernels. */
  static String source(String name) {
    try (InputStream in = RowKernels.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Launches one; see {@link CudaKernels#launch}. */
  static void launch(String name, long columns, long rows, int threads, Object... arguments) {
    Compiled.ALL.launch(name, columns, rows, threads, arguments);
  }

  /** Threads of a row. */
  static int threads(int width) {
    return WARP * warps(width);
  }

  /** Warps of a row. */
  static int warps(int width) {
    return (width + EACH * WARP - 1) / (EACH * WARP);
  }

  /** A bfloat16 matrix that is yet to be written. */
  static Tensor unwritten(long rows, long columns) {
    return Tensor.unwritten(DType.BF16, Device.CUDA, rows, columns);
  }

  /** Dropout of one place: its probability, the batch's seed, and the place's number. */
  record Dropout(double probability, Tensor seed, int place) {}

  /**
   * What a normalisation leaves.
   *
   * @param x its output, with room for columns behind
   * @param normal (rows, width), before weight and bias
   * @param deviation float32 (rows), its reciprocal
   */
  record Normalised(Tensor x, Tensor normal, Tensor deviation) {
    /** To be written: with so many columns behind. */
    static Normalised of(long rows, int width, int columns) {
      return new Normalised(
          unwritten(rows, width + columns),
          unwritten(rows, width),
          Tensor.unwritten(DType.F32, Device.CUDA, rows));
    }
  }
}
