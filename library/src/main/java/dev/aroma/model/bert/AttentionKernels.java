package dev.aroma.model.bert;

import dev.aroma.model.bert.RowKernels.Dropout;
import dev.aroma.tensor.CudaKernels;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Tensor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Attention within packed sequences that are short, heads of 64, by kernels of our own on devices
 * that have products of warp groups; they are compiled when first asked for. A head of a sequence
 * lies in one block's shared memory as a whole, so that forwards and backwards everything is read
 * and written once, and always gives the same.
 */
final class AttentionKernels {
  private static final int HEAD = 64;
  private static final int TILE = 64; // rows of one piece of shared memory
  private static final int TILE_BYTES = TILE * HEAD * 2;
  private static final int GROUP = 128; // threads of a warp group
  private static final int SHORT = 128; // what two tiles hold
  private static final int LONGEST = 256;
  private static final int KEPT_BITS = 32; // of a word

  private AttentionKernels() {}

  /** Which kernels. */
  private record Kind(boolean forward, boolean drops) {}

  /**
   * Kernels of a kind, for short and for longer sequences. Both are loaded when one is first asked
   * for: a batch that is recorded may be the first to ask for the other.
   */
  private static final class Kernels {
    private static final String NAME = "attention";
    private final Supplier<CudaKernels> coming2;
    private final Supplier<CudaKernels> coming4;
    private CudaKernels of2;
    private CudaKernels of4;

    Kernels(Kind kind) {
      this.coming2 = compiling(kind, SHORT / TILE);
      this.coming4 = compiling(kind, LONGEST / TILE);
    }

    private static Supplier<CudaKernels> compiling(Kind kind, int tiles) {
      String settings =
          "#define FORWARD %d\n#define TILES %d\n#define DROPS %b\n"
              .formatted(kind.forward ? 1 : 0, tiles, kind.drops);
      return CudaKernels.compiling(
          settings + RowKernels.source("rows.cu") + RowKernels.source("attention.cu"));
    }

    synchronized void launch(int tiles, int blocks, int threads, int shared, Object... arguments) {
      if (of2 == null) {
        of2 = coming2.get().ready(NAME);
        of4 = coming4.get().ready(NAME);
      }
      (tiles == SHORT / TILE ? of2 : of4).launchSharing(NAME, blocks, threads, shared, arguments);
    }
  }

  private static final class Hopper {
    static final boolean HERE = CudaKernels.hopper();
    static final int MULTIPROCESSORS = CudaKernels.multiprocessors();
    static final Map<Kind, Kernels> KERNELS = new ConcurrentHashMap<>();
  }

  /**
   * What comes out.
   *
   * @param output (tokens, hidden)
   * @param sums float32 (heads, tokens): base-2 logarithms of the softmax's denominators
   * @param kept what dropout left, bits of (heads, tokens, words); null without dropout
   * @param numbers float32 (1, tokens, heads), whose sum over heads is the output · a; null without
   *     a
   */
  record Attended(Tensor output, Tensor sums, Tensor kept, Tensor numbers) {}

  /** Whether the device and the shapes are what the kernels are for. */
  static boolean suit(BertConfig config, int longest) {
    return config.headSize() == HEAD && longest <= LONGEST && Hopper.HERE;
  }

  private static int tiles(int longest) {
    return longest <= SHORT ? SHORT / TILE : LONGEST / TILE;
  }

  /** Words of 32 bits that hold which of a query's keys were kept: four a pair of tiles. */
  private static int words(int longest) {
    return tiles(longest) * TILE / KEPT_BITS;
  }

  /**
   * Attends.
   *
   * @param qkv queries, keys and values side by side, (tokens, 3 · hidden)
   * @param a (hidden), or null
   * @param keep whether {@link #backward} will follow
   */
  static Attended forward(
      PackedRun run, Tensor qkv, int heads, Dropout dropout, Tensor a, boolean keep) {
    int tokens = (int) qkv.size(0);
    int tiles = tiles(run.longest());
    boolean drops = dropout.probability() > 0;
    Tensor output = RowKernels.unwritten(tokens, (long) heads * HEAD);
    Tensor sums = Tensor.unwritten(DType.F32, Device.CUDA, heads, tokens);
    Tensor kept = drops ? kept(heads, tokens, words(run.longest())) : null;
    Tensor numbers = a == null ? null : Tensor.unwritten(DType.F32, Device.CUDA, 1, tokens, heads);
    if (keep) {
      kernels(false, drops); // they take longest to compile
    }
    kernels(true, drops)
        .launch(
            tiles,
            blocks(run, heads, tiles == 2 ? 2 : 1),
            tiles * GROUP,
            6 * tiles * TILE_BYTES,
            qkv,
            (int) qkv.stride(0),
            run.offsets(),
            sequences(run),
            tokens,
            heads,
            (float) dropout.probability(),
            dropout.seed(),
            dropout.place(),
            output,
            sums,
            kept,
            a,
            numbers);
    return new Attended(output, sums, kept, numbers);
  }

  private static Kernels kernels(boolean forward, boolean drops) {
    return Hopper.KERNELS.computeIfAbsent(new Kind(forward, drops), Kernels::new);
  }

  private static Tensor kept(long heads, long tokens, int words) {
    return Tensor.unwritten(DType.I32, Device.CUDA, heads, tokens, words);
  }

  private static int sequences(PackedRun run) {
    return (int) run.offsets().size(0) - 1;
  }

  /** Each goes through several heads of sequences if there are more than the device holds. */
  private static int blocks(PackedRun run, int heads, int resident) {
    return Math.min(heads * sequences(run), resident * Hopper.MULTIPROCESSORS);
  }

  /**
   * The gradients of queries, keys and values side by side, (tokens, 3 · hidden).
   *
   * @param gradient of the output, (tokens, hidden)
   * @param forward what {@link #forward} gave, with the same dropout
   */
  static Tensor backward(
      PackedRun run, Tensor gradient, Tensor qkv, Attended forward, int heads, double probability) {
    int tokens = (int) qkv.size(0);
    int tiles = tiles(run.longest());
    int words = forward.kept == null ? 0 : words(run.longest());
    Tensor three = RowKernels.unwritten(tokens, qkv.size(1));
    kernels(false, forward.kept != null)
        .launch(
            tiles,
            blocks(run, heads, 1),
            2 * GROUP,
            sharedBackwards(tiles, words),
            gradient,
            qkv,
            (int) qkv.stride(0),
            forward.output,
            forward.sums,
            forward.kept,
            run.offsets(),
            sequences(run),
            tokens,
            heads,
            (float) probability,
            three);
    return three;
  }

  /** Of queries, keys, values, gradient and twice products all tiles, some of the output, rows. */
  private static int sharedBackwards(int tiles, int words) {
    int rows = tiles * TILE;
    int outputs = tiles < 3 ? 1 : tiles - 1;
    return (6 * tiles + outputs) * TILE_BYTES + 8 * rows + 4 * words * (rows + 8);
  }
}
