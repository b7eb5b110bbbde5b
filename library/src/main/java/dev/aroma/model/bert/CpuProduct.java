package dev.aroma.model.bert;

import dev.aroma.nn.Linear;
import dev.aroma.nn.RankBranch.Factors;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.PackedLinear;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Linear layers of one input as one product on the CPU, their branches beside it: y = x Wᵀ + bias +
 * (x Aᵀ) Bᵀ, the layers' weights and first factors one below another, and their second factors,
 * scaled, on the diagonal of B. W and its transpose are packed once.
 */
final class CpuProduct implements AutoCloseable {
  private final List<BranchedLinear> parts;
  private final long out;
  private final int rank;
  private final PackedLinear forward;
  private PackedLinear backward; // made when first asked for: blocks without gradients need none
  private Tensor a; // (rank, in)
  private Tensor b; // (out, rank)
  private final List<Sums> sums = new ArrayList<>(); // of each worker

  /** Gradients like a and b, float32; of b's only the diagonal means something. */
  private record Sums(Tensor a, Tensor b) {}

  /**
   * What {@link #forward} gives.
   *
   * @param output (rows, out)
   * @param narrow x Aᵀ, (rows, rank); null without branches
   */
  record Result(Tensor output, Tensor narrow) {}

  CpuProduct(List<Linear> layers) {
    this.parts = layers.stream().map(BranchedLinear::of).toList();
    this.out = parts.stream().mapToLong(BranchedLinear::out).sum();
    this.rank = parts.stream().mapToInt(BranchedLinear::rank).sum();
    try (Scope scope = Scope.open()) {
      Tensor bias = Ops.concat(parts.stream().map(BranchedLinear::bias).toList(), 0);
      Tensor weight = weight();
      this.forward = PackedLinear.of(weight, bias, false);
      if (rank > 0) {
        DType type = weight.dtype();
        this.a = Tensor.zeros(type, Device.CPU, rank, weight.size(1)).keep();
        this.b = Tensor.zeros(type, Device.CPU, out, rank).keep();
      }
    }
  }

  private Tensor weight() {
    return Ops.concat(parts.stream().map(BranchedLinear::weight).toList(), 0); // (out, in)
  }

  /** Branches' ranks together. */
  int rank() {
    return rank;
  }

  /** Does something with each branch. */
  private interface Branches {
    void each(Factors factors, Tensor ofA, Tensor ofB);
  }

  /** Goes through the branches with their parts of two matrices like a and b. */
  private void branches(Tensor likeA, Tensor likeB, Branches action) {
    long row = 0;
    int column = 0;
    for (BranchedLinear part : parts) {
      if (part.rank() > 0) {
        Tensor ofB = likeB.narrow(0, row, part.out()).narrow(1, column, part.rank());
        action.each(part.factors(), likeA.narrow(0, column, part.rank()), ofB);
      }
      row += part.out();
      column += part.rank();
    }
  }

  /** Reads the factors as they are now; the rest of b is zero. No worker has gradients yet. */
  void begin(int workers) {
    if (rank == 0) {
      return;
    }
    branches(
        a,
        b,
        (factors, ofA, ofB) -> {
          ofA.set(factors.a().value());
          ofB.set(factors.b().value().mul(factors.scale()));
        });
    sums.forEach(one -> one.a.zero());
    sums.forEach(one -> one.b.zero());
    while (sums.size() < workers) {
      sums.add(new Sums(zerosLike(a), zerosLike(b)));
    }
  }

  private static Tensor zerosLike(Tensor x) {
    return Tensor.zeros(DType.F32, Device.CPU, x.shape()).keep();
  }

  /** Adds the gradients of all workers to those of the factors. */
  void end() {
    for (Sums one : sums) {
      branches(
          one.a,
          one.b,
          (factors, ofA, ofB) -> {
            factors.a().value().grad().addIn(ofA, 1);
            factors.b().value().grad().addIn(ofB, factors.scale());
          });
    }
  }

  /**
   * The layers' outputs side by side.
   *
   * @param x (rows, in)
   */
  Result forward(Tensor x) {
    Tensor y = forward.forward(x);
    if (rank == 0) {
      return new Result(y, null);
    }
    Tensor narrow = x.matmul(a.t());
    return new Result(y.addMatmulIn(narrow, b.t(), 1), narrow);
  }

  /**
   * Adds the factors' gradients to those of the worker.
   *
   * @param dy gradient of the output, (rows, out)
   * @param x the input
   * @param narrow what {@link #forward} gave
   * @return dy B, (rows, rank), for {@link #backward}; null without branches
   */
  Tensor gradients(CpuRun run, Tensor dy, Tensor x, Tensor narrow) {
    if (rank == 0) {
      return null;
    }
    Tensor u = dy.matmul(b);
    Sums own = sums.get(run.worker());
    own.a.addIn(PackedLinear.overRows(u, x), 1);
    own.b.addIn(PackedLinear.overRows(narrow, dy).t(), 1);
    return u;
  }

  /**
   * The gradient of x, with something added.
   *
   * @param u what {@link #gradients} gave
   * @param rest (rows, in), or null
   */
  Tensor backward(Tensor dy, Tensor u, Tensor rest) {
    PackedLinear transposed = transposed();
    Tensor dx = rest == null ? transposed.forward(dy) : transposed.forward(dy, rest);
    return u == null ? dx : dx.addMatmulIn(u, a, 1);
  }

  private synchronized PackedLinear transposed() {
    if (backward == null) {
      try (Scope scope = Scope.open()) {
        backward = PackedLinear.of(weight().t(), null, false);
      }
    }
    return backward;
  }

  @Override
  public void close() {
    forward.close();
    if (backward != null) {
      backward.close();
    }
    if (rank > 0) {
      a.close();
      b.close();
    }
    for (Sums one : sums) {
      one.a.close();
      one.b.close();
    }
  }
}
