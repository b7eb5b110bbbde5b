package dev.aroma.model.bert;

import dev.aroma.nn.LayerNorm;
import dev.aroma.tensor.CudaKernels;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The elementwise work of a block over packed sequences, each kernel one pass over memory: what a
 * pass can do beside is done in it, down to the branches' narrow products where ranks are small.
 */
final class PackedKernels {
  /** Ranks up to which the row kernels multiply by factors themselves. */
  static final int DOTS = 4;

  /** Ranks up to which {@link #geluBackward} adds up the factors' gradients itself. */
  static final int SUMS = 2;

  /** A row's threads, of eight elements each, make one block. */
  static final int WIDEST = 8 * 1024;

  private static final int THREADS = 128;
  private static final int EACH = 8; // elements of a thread
  private static final int CHUNKS = 528; // most blocks of rows whose sums are added up at the end
  private static final int LEAST = 16; // rows of such a block

  /** Compiled when first asked for. */
  private static final class Compiled {
    static final CudaKernels ALL = CudaKernels.compile(source());

    private static String source() {
      try (InputStream in = PackedKernels.class.getResourceAsStream("packed.cu")) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private PackedKernels() {}

  static Tensor unwritten(long rows, long columns) {
    return Tensor.unwritten(DType.BF16, Device.CUDA, rows, columns);
  }

  /**
   * A low-rank product beside a row: its factor, and the columns that hold it.
   *
   * @param factor (columns, width), zero from {@code rank} on; null without one
   * @param rank of it
   * @param columns {@code rank} and those that fill it up
   */
  record Narrow(Tensor factor, int rank, int columns) {
    /** Whether the row kernels write these columns. */
    boolean within() {
      return rank <= DOTS;
    }
  }

  /** Dropout of one place: its probability, the batch's seed, and the place's number. */
  record Dropout(double probability, Tensor seed, int place) {}

  /** What a normalisation leaves to its backward pass, beside its output with columns behind. */
  record Normalised(Tensor x, Tensor normal, Tensor deviation) {}

  /**
   * norm(rest + drop(y + t b)), and behind it what {@code behind} asks for, if it is within.
   *
   * @param t (rows, columns of it), null without a branch
   * @param b (columns, width), scaled
   * @param rest (rows, width or more)
   */
  static Normalised normForward(
      Tensor y,
      Tensor t,
      Tensor b,
      int rank,
      Tensor rest,
      LayerNorm norm,
      Dropout dropout,
      Narrow behind) {
    long rows = y.size(0);
    int width = (int) y.size(1);
    Tensor x = unwritten(rows, width + behind.columns());
    Tensor normal = unwritten(rows, width);
    Tensor deviation = Tensor.unwritten(DType.F32, Device.CUDA, rows);
    Compiled.ALL.launch(
        "norm_forward",
        rows,
        1,
        rowThreads(width),
        y,
        t,
        t == null ? 0 : (int) t.size(1),
        b,
        rank,
        rest,
        (int) rest.size(1),
        norm.weight().value(),
        norm.bias().value(),
        (float) norm.epsilon(),
        (float) dropout.probability(),
        dropout.seed(),
        dropout.place(),
        behind.factor(),
        behind.rank(),
        behind.columns(),
        x,
        normal,
        deviation,
        width);
    return new Normalised(x, normal, deviation);
  }

  /**
   * Gradients of {@link #normForward}: of the rest, (rows, width), and of y with dy bᵀ behind it,
   * if it is within.
   *
   * @param main of x, (rows, width and columns of u), to which u a and {@code extra} are added
   * @param a (rank or more, width), null without columns
   * @param extra (rows, width), or null
   */
  static Tensor[] normBackward(
      Tensor main,
      Tensor a,
      int rank,
      Tensor extra,
      Normalised forward,
      LayerNorm norm,
      Dropout dropout,
      Narrow behind) {
    long rows = main.size(0);
    int width = (int) forward.normal.size(1);
    Tensor rest = unwritten(rows, width);
    Tensor side = unwritten(rows, width + behind.columns());
    Compiled.ALL.launch(
        "norm_backward",
        rows,
        1,
        rowThreads(width),
        main,
        (int) main.size(1),
        a,
        rank,
        extra,
        forward.normal,
        norm.weight().value(),
        forward.deviation,
        (float) dropout.probability(),
        dropout.seed(),
        dropout.place(),
        behind.factor(),
        behind.rank(),
        behind.columns(),
        rest,
        side,
        width);
    return new Tensor[] {rest, side};
  }

  /** gelu(x), and its product with a factor, null if that is not within. */
  static Tensor[] geluForward(Tensor x, Narrow behind) {
    long rows = x.size(0);
    int width = (int) x.size(1);
    Tensor y = unwritten(rows, width);
    boolean narrow = behind.rank() > 0 && behind.within();
    Tensor t = narrow ? unwritten(rows, behind.columns()) : null;
    Compiled.ALL.launch(
        "gelu_forward",
        rows,
        1,
        rowThreads(width),
        x,
        y,
        behind.factor(),
        narrow ? behind.rank() : 0,
        t,
        behind.columns(),
        width);
    return new Tensor[] {y, t};
  }

  /**
   * One side of the sums over rows that {@link #geluBackward} gives.
   *
   * @param by (rows, rank or more), a view of columns
   * @param rank how many of its columns count; 0 for none
   * @param into where the sums go
   */
  record Sums(Tensor by, int rank, Tensor into) {
    static final Sums NONE = new Sums(null, 0, null);
  }

  /** dy ← dy gelu′(x); gives gelu(x). */
  static Tensor geluBackward(Tensor dy, Tensor x) {
    Tensor y = unwritten(x.size(0), x.size(1));
    geluBackward(dy, x, y, Sums.NONE, Sums.NONE);
    return y;
  }

  /**
   * dy ← dy gelu′(x), and on the way byᵀ gelu(x) for the one, (rank, width), and dxᵀ by for the
   * other, (width, its columns); both ranks are at most {@link #SUMS}.
   */
  static void geluBackward(Tensor dy, Tensor x, Sums active, Sums down) {
    geluBackward(dy, x, null, active, down);
  }

  private static void geluBackward(Tensor dy, Tensor x, Tensor y, Sums active, Sums down) {
    int rows = (int) x.size(0);
    int width = (int) x.size(1);
    int ranks = Math.max(active.rank, down.rank);
    int each = Math.max(LEAST, (rows + CHUNKS - 1) / CHUNKS);
    int chunks = (rows + each - 1) / each;
    Tensor parts =
        ranks == 0 ? null : Tensor.unwritten(DType.F32, Device.CUDA, chunks, 2L * ranks, width);
    Compiled.ALL.launch(
        "gelu_backward_" + ranks,
        (width + EACH * THREADS - 1) / (EACH * THREADS),
        chunks,
        THREADS,
        dy,
        active.by,
        stride(active),
        active.rank,
        down.by,
        stride(down),
        down.rank,
        x,
        y,
        parts,
        rows,
        each,
        width);
    if (ranks > 0) {
      addUp(parts, ranks, width, active, down);
    }
  }

  private static void addUp(Tensor parts, int ranks, int width, Sums active, Sums down) {
    Compiled.ALL.launch(
        "sum_parts",
        (width + 31) / 32,
        2L * ranks,
        256,
        parts,
        (int) parts.size(0),
        ranks,
        active.into,
        active.rank,
        down.into,
        down.rank == 0 ? 0 : (int) down.into.size(1),
        down.rank,
        width);
  }

  /** Elements from one row to the next. */
  private static int stride(Sums sums) {
    return sums.rank == 0 ? 0 : (int) sums.by.stride(0);
  }

  private static int rowThreads(int width) {
    return 32 * ((width + EACH * 32 - 1) / (EACH * 32));
  }
}
