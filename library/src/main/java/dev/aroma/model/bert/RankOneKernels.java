package dev.aroma.model.bert;

import dev.aroma.model.bert.RowKernels.Dropout;
import dev.aroma.model.bert.RowKernels.Normalised;
import dev.aroma.nn.LayerNorm;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A block's work between its large products where every branch has rank one. What a branch adds is
 * then a number for each row times a vector: t = x · a and t b forwards, u = dy · b and u a
 * backwards, so that kernels which read and write the rows anyway do it on the way, down to the
 * gradients of a and b, the sums over rows of u x and t dy.
 *
 * <p>Numbers of rows are float32 (planes, rows, parts): a number is the sum over its parts, since
 * warps of one row do not wait for each other. Products with b have the branch's scale in b.
 */
final class RankOneKernels {
  /** Hidden states may be so wide. */
  static final int WIDEST = 8 * 384;

  private static final int MATRICES = 4; // most of a launch over rows
  private static final int FIELDS = 6; // of each
  private static final int SUMMED = 64; // most rows of a block with sums
  private static final int LEAST_SUMMED = 8;
  private static final int THREADS = 128; // of blocks that share rows

  // blocks of a launch that kept an H100 busiest
  private static final int NORM_BLOCKS = 528;
  private static final int GELU_BLOCKS = 792;
  private static final int ROW_BLOCKS = 1584;

  private RankOneKernels() {}

  /** A branch's vectors: a (in), b (out), scaled, and where their gradients go. */
  record Branch(Tensor a, Tensor b, Tensor gradientA, Tensor gradientB) {}

  /**
   * The branches that read one input.
   *
   * @param a (branches or more, width), null without any
   * @param columns of the input that hold their numbers too
   * @param gradients of a, a row each
   */
  record Readers(Tensor a, int count, int columns, List<Tensor> gradients) {
    static final Readers NONE = new Readers(null, 0, 0, List.of());
  }

  private static Tensor numbers(long planes, long rows, long parts) {
    return planes == 0 ? null : Tensor.unwritten(DType.F32, Device.CUDA, planes, rows, parts);
  }

  private static int parts(Tensor numbers) {
    return numbers == null ? 0 : (int) numbers.size(2);
  }

  /**
   * What {@link #normForward} gives.
   *
   * @param numbers of its readers; null without any
   */
  record Forward(Normalised states, Tensor numbers) {}

  /**
   * norm(rest + drop(y + t b)) and what its readers want.
   *
   * @param t one plane, null without a branch
   * @param side the branch beside y, or null
   * @param rest (rows, width or more)
   */
  static Forward normForward(
      Tensor y,
      Tensor t,
      Branch side,
      Tensor rest,
      LayerNorm norm,
      Dropout dropout,
      Readers readers) {
    int rows = (int) y.size(0);
    int width = (int) y.size(1);
    Normalised out = Normalised.of(rows, width, readers.columns);
    Tensor numbers = numbers(readers.count, rows, 1);
    int each = 2;
    RowKernels.launch(
        ofBranches("one_norm_forward", readers.count),
        blocks(rows, each),
        1,
        RowKernels.threads(width),
        y,
        t,
        parts(t),
        side == null ? null : side.b,
        rest,
        (int) rest.size(1),
        norm.weight().value(),
        norm.bias().value(),
        (float) norm.epsilon(),
        (float) dropout.probability(),
        dropout.seed(),
        dropout.place(),
        readers.a,
        readers.count,
        readers.columns,
        out.x(),
        out.normal(),
        out.deviation(),
        numbers,
        rows,
        each,
        width);
    return new Forward(out, numbers);
  }

  /**
   * What {@link #normBackward} gives.
   *
   * @param rest gradient of the rest, (rows, width)
   * @param side of y, (rows, width and the columns asked for)
   * @param numbers of that with b; null without a branch
   */
  record Back(Tensor rest, Tensor side, Tensor numbers) implements Kept {
    @Override
    public Stream<Tensor> tensors() {
      return Stream.of(rest, side, numbers);
    }
  }

  /**
   * Gradients of {@link #normForward}, of the readers' a and of the branch's b.
   *
   * @param main of the output, (rows, width), less what the readers' branches and the rest add
   * @param u numbers of the readers' outputs' gradients; null without any
   * @param extra (rows, width), or null
   * @param columns behind y's gradient that hold its number too
   * @param sums gets those of a and b
   */
  static Back normBackward(
      Tensor main,
      Tensor u,
      Readers readers,
      Tensor extra,
      Normalised forward,
      Tensor t,
      Branch side,
      LayerNorm norm,
      Dropout dropout,
      int columns,
      RowSums sums) {
    int rows = (int) main.size(0);
    int width = (int) forward.normal().size(1);
    Tensor rest = RowKernels.unwritten(rows, width);
    Tensor dy = RowKernels.unwritten(rows, width + columns);
    Tensor numbers = side == null ? null : numbers(1, rows, 1);
    List<Tensor> targets = new ArrayList<>(readers.gradients);
    if (side != null) {
      targets.add(side.gradientB);
    }
    int each = summed(rows, NORM_BLOCKS);
    Tensor parts = parts(blocks(rows, each), width, targets, sums);
    RowKernels.launch(
        ofBranches("one_norm_backward", readers.count),
        blocks(rows, each),
        1,
        RowKernels.threads(width),
        main,
        u,
        parts(u),
        readers.a,
        readers.count,
        extra,
        forward.normal(),
        norm.weight().value(),
        norm.bias().value(),
        forward.deviation(),
        (float) dropout.probability(),
        dropout.seed(),
        dropout.place(),
        side == null ? null : side.b,
        t,
        parts(t),
        columns,
        rest,
        dy,
        numbers,
        parts,
        rows,
        each,
        width);
    return new Back(rest, dy, numbers);
  }

  /** Room for one number a row of a matrix. */
  static Tensor numbersOf(Tensor x) {
    return numbers(1, x.size(0), RowKernels.warps((int) x.size(1)));
  }

  /**
   * y ← gelu(x + t b).
   *
   * @param t one plane, null without a branch before
   * @param numbers those of y with the branch behind, to be written; null without one
   */
  static void geluForward(
      Tensor x, Tensor t, Branch before, Branch behind, Tensor y, Tensor numbers) {
    int rows = (int) x.size(0);
    int width = (int) x.size(1);
    int each = 4;
    RowKernels.launch(
        "one_gelu_forward",
        blocks(width, RowKernels.EACH * THREADS),
        blocks(rows, each),
        THREADS,
        x,
        t,
        parts(t),
        before == null ? null : before.b,
        behind == null ? null : behind.a,
        y,
        numbers,
        rows,
        each,
        width);
  }

  /**
   * dy ← (dy + u a) gelu′(x + t b), and the gradients of a and b.
   *
   * @param u one plane, null without a branch behind
   * @param numbers those of dy with the branch before, to be written; null without one
   * @param sums gets those of a and b
   */
  static void geluBackward(
      Tensor dy,
      Tensor u,
      Branch behind,
      Tensor x,
      Tensor t,
      Branch before,
      Tensor numbers,
      RowSums sums) {
    int rows = (int) x.size(0);
    int width = (int) x.size(1);
    int across = blocks(width, RowKernels.EACH * THREADS);
    int each = summed((long) rows * across, GELU_BLOCKS);
    List<Tensor> targets = new ArrayList<>();
    targets.add(behind == null ? null : behind.gradientA);
    targets.add(before == null ? null : before.gradientB);
    Tensor parts = parts(blocks(rows, each), width, targets, sums);
    RowKernels.launch(
        "one_gelu_backward",
        across,
        blocks(rows, each),
        THREADS,
        dy,
        u,
        parts(u),
        behind == null ? null : behind.a,
        x,
        t,
        parts(t),
        before == null ? null : before.b,
        numbers,
        parts,
        rows,
        each,
        width);
  }

  /**
   * A matrix whose rows are read for what a branch needs of them.
   *
   * @param x (rows, width), of contiguous rows
   * @param vector (width), null for no numbers
   * @param numbers float32 (rows, parts), to be written: x · vector
   * @param t float32 (rows, any parts), null for no sums
   * @param sum (width), the sum over the rows of t x
   */
  record Rows(Tensor x, Tensor vector, Tensor numbers, Tensor t, Tensor sum) {
    void put(long[] fields, int at) {
      fields[at] = x.address();
      fields[at + 1] = x.stride(0);
      fields[at + 2] = vector == null ? 0 : vector.address();
      fields[at + 3] = vector == null ? 0 : numbers.address();
      fields[at + 4] = t == null ? 0 : t.address();
      fields[at + 5] = t == null ? 0 : t.size(1);
    }
  }

  /**
   * The numbers of a matrix's rows with vectors.
   *
   * @param x (rows, width), of contiguous rows
   * @param vectors (planes or more, width)
   * @return float32 (planes, rows, parts)
   */
  static Tensor numbers(Tensor x, Tensor vectors, int planes) {
    Tensor numbers = numbers(planes, x.size(0), RowKernels.warps((int) x.size(1)));
    rows(
        IntStream.range(0, planes)
            .mapToObj(j -> new Rows(x, vectors.select(0, j), numbers.select(0, j), null, null))
            .toList(),
        null);
    return numbers;
  }

  /**
   * Reads up to four matrices of one size.
   *
   * @param sums gets the sums of all; null where none has any
   */
  static void rows(List<Rows> all, RowSums sums) {
    if (all.isEmpty()) {
      return;
    }
    int rows = (int) all.get(0).x.size(0);
    int width = (int) all.get(0).x.size(1);
    int threads = Math.min(THREADS, RowKernels.threads(width));
    int across = blocks(width, RowKernels.EACH * threads);
    int each = summed((long) rows * across * all.size(), ROW_BLOCKS);
    long[] fields = new long[MATRICES * FIELDS];
    for (int i = 0; i < all.size(); i++) {
      all.get(i).put(fields, i * FIELDS);
    }
    RowKernels.launch(
        "one_row",
        (long) across * all.size(),
        blocks(rows, each),
        threads,
        fields,
        across,
        sums == null
            ? null
            : parts(blocks(rows, each), width, all.stream().map(Rows::sum).toList(), sums),
        rows,
        each,
        width);
  }

  /** Room for the sums of so many blocks, which will be added up. */
  private static Tensor parts(int blocks, int width, List<Tensor> targets, RowSums sums) {
    if (targets.isEmpty()) {
      return null;
    }
    Tensor parts = Tensor.unwritten(DType.F32, Device.CUDA, blocks, targets.size(), width);
    sums.add(parts, targets);
    return parts;
  }

  private static String ofBranches(String name, int count) {
    return name + (count > 1 ? "_3" : "_1");
  }

  private static int summed(long rows, int blocks) {
    return Math.max(LEAST_SUMMED, Math.min(SUMMED, blocks(rows, blocks)));
  }

  private static int blocks(long all, int each) {
    return (int) ((all + each - 1) / each);
  }
}
