package dev.aroma.model.bert;

import dev.aroma.model.bert.FactorBank.Rows;
import dev.aroma.model.bert.PackedAttention.Gradients;
import dev.aroma.model.bert.RankOneKernels.Branch;
import dev.aroma.model.bert.RankOneKernels.Readers;
import dev.aroma.nn.Linear;
import dev.aroma.nn.RankBranch.Factors;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Linear layers of one input as one product. Their branches may be in it: then x gets columns for x
 * aᵀ of each branch, and the weight columns for scale · b, so that y = [x, x Aᵀ] [W, s B]ᵀ + bias.
 * Backwards the same weight gives, beside the gradient of x, s · dy b in the further columns.
 */
final class JointProduct implements PackedProduct {
  private static final int MULTIPLE = 8; // tensor cores want rows of 16 bytes
  private static final int LINE = 64; // elements of 128 bytes

  /** What of the branches stands beside x and the weights. */
  enum Beside {
    /** Their columns. */
    COLUMNS,
    /** Their columns, with zeros up to whole lines of the cache: the product is faster for it. */
    LINES,
    /** Nothing: what the branches add is left to the work around the product. */
    NOTHING;

    private int columns(long in, int width) {
      return switch (this) {
        case COLUMNS -> width;
        case LINES -> width == 0 ? 0 : (int) ((in + width + LINE - 1) / LINE * LINE - in);
        case NOTHING -> 0;
      };
    }
  }

  private List<BranchedLinear> parts;
  private final long in;
  private final long out;
  private final int rank;
  private final int width; // rows of a
  private final int columns; // beside x and the weights
  private final List<Tensor> outProducts = new ArrayList<>();
  private long planA;
  private long planB;
  private long planProductA;
  private final List<Long> planProductsB = new ArrayList<>();
  private Tensor weight; // (out, in + columns)
  private Tensor bias; // (out)
  private Tensor a; // (width, in)
  private Tensor b; // (branches, out of each), times scale; only where each has rank one
  private Tensor productA; // (width, in)

  JointProduct(List<Linear> layers, Beside beside) {
    this.parts = layers.stream().map(BranchedLinear::of).toList();
    this.in = layers.get(0).weight().shape()[1];
    this.out = layers.stream().mapToLong(layer -> layer.weight().shape()[0]).sum();
    this.rank = parts.stream().mapToInt(BranchedLinear::rank).sum();
    this.width = padded(rank);
    this.columns = beside.columns(in, width);
  }

  /** A rank with the columns that fill it up. */
  static int padded(int rank) {
    return (rank + MULTIPLE - 1) / MULTIPLE * MULTIPLE;
  }

  @Override
  public List<Factors> branches() {
    return parts.stream().map(BranchedLinear::factors).filter(one -> one != null).toList();
  }

  @Override
  public long weightCount() {
    return out * (in + columns);
  }

  @Override
  public void plan(FactorBank bank, long weightStart) {
    List<Rows> rows = new ArrayList<>();
    branches().forEach(f -> rows.add(new Rows(f.a(), f.a().shape()[0], false, 1)));
    planA = bank.plan(rows, width, in);
    if (rankOne()) {
      planB = bank.plan(vectors(), rank, parts.get(0).out());
    }
    planProductA = bank.planProduct(width * in);
    int column = 0;
    long row = 0;
    for (BranchedLinear part : parts) {
      long height = part.out();
      long product = bank.planProduct(height * width);
      planProductsB.add(product);
      if (part.factors() != null) {
        planPart(bank, part.factors(), weightStart + row * (in + columns) + in, column, product);
        column += part.rank();
      }
      row += height;
    }
  }

  private List<Rows> vectors() {
    return branches().stream().map(f -> new Rows(f.b(), 1, true, f.scale())).toList();
  }

  private void planPart(FactorBank bank, Factors f, long tail, int column, long product) {
    long r = f.a().shape()[0];
    for (long j = 0; j < r; j++) {
      for (long i = 0; i < f.b().shape()[0]; i++) {
        if (columns > 0) {
          bank.planTail(tail + i * (in + columns) + column + j, f.b(), i, j, f.scale());
        }
        bank.planGradient(f.b(), i, j, product + i * width + column + j, f.scale());
      }
      for (long i = 0; i < in; i++) {
        bank.planGradient(f.a(), j, i, planProductA + (column + j) * in + i, 1);
      }
    }
  }

  @Override
  public void place(Tensor weights, long start) {
    weight = weights.narrow(0, start, weightCount()).view(out, in + columns).keep();
    List<BranchedLinear> moved = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      moved.add(parts.get(i).moveTo(rows(i, 1).narrow(1, 0, in)));
    }
    parts = moved;
    bias = Ops.concat(parts.stream().map(BranchedLinear::bias).toList(), 0).keep();
  }

  @Override
  public void take(FactorBank bank) {
    if (width > 0) {
      a = bank.matrix(planA, width, in);
      productA = bank.product(planProductA, width, in);
      b = rankOne() ? bank.matrix(planB, rank, parts.get(0).out()) : null;
      for (int i = 0; i < parts.size(); i++) {
        outProducts.add(bank.product(planProductsB.get(i), parts.get(i).out(), width));
      }
    }
  }

  @Override
  public boolean unchanged() {
    return IntStream.range(0, parts.size()).allMatch(i -> parts.get(i).unchanged(rows(i, 1)));
  }

  /** Of the weight, those of so many layers from one on. */
  private Tensor rows(int from, int count) {
    return weight.narrow(0, outs(0, from), outs(from, count));
  }

  /** Outputs of so many layers from one on. */
  private long outs(int from, int count) {
    return parts.subList(from, from + count).stream().mapToLong(BranchedLinear::out).sum();
  }

  /** Width of its input without columns behind. */
  long in() {
    return in;
  }

  /** Columns that its input has behind those of x. */
  int columns() {
    return columns;
  }

  /** Branches' ranks together. */
  int rank() {
    return rank;
  }

  /** The first factors, (width, in), zero where no branch is; null without branches. */
  Tensor a() {
    return a;
  }

  /** Whether it has branches, each of rank one. */
  private boolean rankOne() {
    return rank > 0 && branches().size() == rank;
  }

  /** Its branches as readers of its input; they have rank one. */
  Readers readers() {
    return rank == 0
        ? Readers.NONE
        : new Readers(
            a,
            rank,
            columns,
            IntStream.range(0, rank).mapToObj(j -> productA.select(0, j)).toList());
  }

  /** Its only layer's branch of rank one; null without one. */
  Branch branch() {
    return rank == 0
        ? null
        : new Branch(a.select(0, 0), b.select(0, 0), productA.select(0, 0), gradientB(0));
  }

  /** Of its layers from one on, so many, those with a branch. */
  List<Integer> live(int from, int count) {
    return IntStream.range(from, from + count)
        .filter(layer -> parts.get(layer).factors() != null)
        .boxed()
        .toList();
  }

  /** Which of the branches, in order, is a layer's. */
  int branch(int layer) {
    return live(0, layer).size();
  }

  /** The second factors of branches of rank one, (branches, out of each), times scale. */
  Tensor b() {
    return b;
  }

  /** Where the gradient of a layer's second factor of rank one goes, (its out). */
  Tensor gradientB(int layer) {
    return outProducts.get(layer).select(1, branch(layer));
  }

  /** The columns of the branches behind those of x, (tokens, width). */
  private Tensor columns(Tensor x) {
    return x.narrow(1, in, width);
  }

  /** Fills the columns of an input. */
  void fill(Tensor x) {
    if (columns > 0) {
      columns(x).setMatmul(x.narrow(1, 0, in), a.t());
    }
    if (columns > width) {
      x.narrow(1, in + width, columns - width).zero();
    }
  }

  /**
   * The outputs of all layers side by side, (tokens, out).
   *
   * @param x (tokens, in + columns), whose further columns are filled
   */
  Tensor forward(Tensor x) {
    return Ops.linear(x, weight, bias);
  }

  /** {@link #forward} of so many layers from one on. */
  Tensor forward(Tensor x, int from, int count) {
    Tensor some = rows(from, count);
    return Ops.linear(x, some, bias.narrow(0, outs(0, from), some.size(0)));
  }

  /**
   * The output of its only layer without the branch, (tokens, out).
   *
   * @param x (tokens, in)
   */
  Tensor plain(Tensor x) {
    return Ops.linear(x, weight.narrow(1, 0, in), bias);
  }

  /**
   * The gradient of x from a layer's output without what the branches add, (tokens, in).
   *
   * @param dy of the output, (tokens, its width)
   * @param dx null, or what it is added to
   */
  Tensor plainBackward(int layer, Tensor dy, Tensor dx) {
    return back(layer, dy, dx, in);
  }

  /** {@link #plainBackward(int, Tensor, Tensor)} of the layers from one on, side by side. */
  Tensor plainBackward(Tensor dy, int from) {
    return back(dy, from, in);
  }

  /** {@link #plainBackward(int, Tensor, Tensor)} of all layers, (tokens, in). */
  Tensor plainBackward(Gradients dy) {
    return back(dy, in);
  }

  /**
   * The gradient of x with its further columns, (tokens, in + columns), from a layer's output, less
   * what the branches add to the columns of x: those come from the further columns times {@link
   * #a}.
   *
   * @param dy of the output, (tokens, its width)
   * @param dx null, or what it is added to
   */
  Tensor backward(int layer, Tensor dy, Tensor dx) {
    return back(layer, dy, dx, in + columns);
  }

  /** {@link #backward(int, Tensor, Tensor)} of the layers from one on, side by side. */
  Tensor backward(Tensor dy, int from) {
    return back(dy, from, in + columns);
  }

  /** {@link #backward(int, Tensor, Tensor)} of all layers, (tokens, in + columns). */
  Tensor backward(Gradients dy) {
    return back(dy, in + columns);
  }

  private Tensor back(int layer, Tensor dy, Tensor dx, long wide) {
    Tensor w = rows(layer, 1).narrow(1, 0, wide);
    return dx == null ? dy.matmul(w) : dx.addMatmulIn(dy, w, 1);
  }

  private Tensor back(Tensor dy, int from, long wide) {
    return dy.matmul(rows(from, parts.size() - from).narrow(1, 0, wide));
  }

  private Tensor back(Gradients dy, long wide) {
    if (dy.joint() != null) {
      return back(dy.joint(), 0, wide);
    }
    Tensor dx = back(1, dy.three().get(1), null, wide);
    dx = back(2, dy.three().get(2), dx, wide);
    return back(0, dy.three().get(0), dx, wide);
  }

  /** Adds up the gradient of the first factors from {@link #backward}'s sum over all layers. */
  void gradientA(Tensor dx, Tensor x) {
    if (width > 0) {
      productA.setMatmul(columns(dx).t(), x.narrow(1, 0, in));
    }
  }

  /** Adds up the gradient of a layer's second factor. */
  void gradientB(int layer, Tensor dy, Tensor x) {
    if (parts.get(layer).factors() != null) {
      outProducts.get(layer).setMatmul(dy.t(), columns(x));
    }
  }

  @Override
  public void close() {
    weight.close();
    bias.close();
  }
}
