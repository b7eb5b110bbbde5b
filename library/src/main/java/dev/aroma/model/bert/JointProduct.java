package dev.aroma.model.bert;

import dev.aroma.model.bert.FactorBank.Rows;
import dev.aroma.nn.Linear;
import dev.aroma.nn.RankBranch.Factors;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Linear layers of one input as one product, their branches in it: x gets columns for x aᵀ of each
 * branch, and the weight columns for scale · b, so that y = [x, x Aᵀ] [W, s B]ᵀ + bias. Backwards
 * the same weight gives, beside the gradient of x, s · dy b in the further columns.
 */
final class JointProduct {
  private static final int MULTIPLE = 8; // tensor cores want rows of 16 bytes

  private final List<BranchedLinear> parts;
  private final long in;
  private final long out;
  private final int rank;
  private final int width;
  private final List<Tensor> outProducts = new ArrayList<>();
  private long planA;
  private long planProductA;
  private final List<Long> planProductsB = new ArrayList<>();
  private Tensor weight; // (out, in + width)
  private Tensor bias; // (out)
  private Tensor a; // (width, in)
  private Tensor productA; // (width, in)

  JointProduct(List<Linear> layers) {
    this.parts = layers.stream().map(BranchedLinear::of).toList();
    this.in = layers.get(0).weight().shape()[1];
    this.out = layers.stream().mapToLong(layer -> layer.weight().shape()[0]).sum();
    this.rank = parts.stream().mapToInt(BranchedLinear::rank).sum();
    this.width = padded(rank);
  }

  /** A rank with the columns that fill it up. */
  static int padded(int rank) {
    return (rank + MULTIPLE - 1) / MULTIPLE * MULTIPLE;
  }

  List<Factors> branches() {
    return parts.stream().map(BranchedLinear::factors).filter(one -> one != null).toList();
  }

  /** Elements of the weight with its further columns. */
  long weightCount() {
    return out * (in + width);
  }

  /**
   * Plans its part of the bank.
   *
   * @param weightStart where its weight begins in the memory of all joint weights
   */
  void plan(FactorBank bank, long weightStart) {
    List<Rows> rows = new ArrayList<>();
    branches().forEach(f -> rows.add(new Rows(f.a(), f.a().shape()[0], false, 1)));
    planA = bank.plan(rows, width, in);
    planProductA = bank.planProduct(width * in);
    int column = 0;
    long row = 0;
    for (BranchedLinear part : parts) {
      long height = part.out();
      long product = bank.planProduct(height * width);
      planProductsB.add(product);
      if (part.factors() != null) {
        planPart(bank, part.factors(), weightStart + row * (in + width) + in, column, product);
        column += part.rank();
      }
      row += height;
    }
  }

  private void planPart(FactorBank bank, Factors f, long tail, int column, long product) {
    long r = f.a().shape()[0];
    for (long j = 0; j < r; j++) {
      for (long i = 0; i < f.b().shape()[0]; i++) {
        bank.planTail(tail + i * (in + width) + column + j, f.b(), i, j, f.scale());
        bank.planGradient(f.b(), i, j, product + i * width + column + j, f.scale());
      }
      for (long i = 0; i < in; i++) {
        bank.planGradient(f.a(), j, i, planProductA + (column + j) * in + i, 1);
      }
    }
  }

  /**
   * Takes its place in the memory of all joint weights, and its part of the sealed bank.
   *
   * @param bank null where no layer has a branch
   */
  void take(FactorBank bank, Tensor weights, long start) {
    weight = weights.narrow(0, start, weightCount()).view(out, in + width).keep();
    long row = 0;
    for (int i = 0; i < parts.size(); i++) {
      long height = parts.get(i).out();
      weight.narrow(0, row, height).narrow(1, 0, in).set(parts.get(i).weight());
      if (width > 0) {
        outProducts.add(bank.product(planProductsB.get(i), height, width));
      }
      row += height;
    }
    bias = Ops.concat(parts.stream().map(BranchedLinear::bias).toList(), 0).keep();
    if (width > 0) {
      a = bank.matrix(planA, width, in);
      productA = bank.product(planProductA, width, in);
    }
  }

  /** Columns that its input has behind those of x. */
  int width() {
    return width;
  }

  /** Branches' ranks together. */
  int rank() {
    return rank;
  }

  /** The first factors, (width, in), zero where no branch is; null without branches. */
  Tensor a() {
    return a;
  }

  /**
   * The outputs side by side, (tokens, out).
   *
   * @param x (tokens, in + width), whose further columns this fills
   */
  Tensor forward(Tensor x) {
    if (width > 0) {
      x.narrow(1, in, width).setMatmul(x.narrow(1, 0, in), a.t());
    }
    return Ops.linear(x, weight, bias);
  }

  /**
   * The gradient of x with its further columns, (tokens, in + width), less what the branches add to
   * the columns of x: those come from the further columns times {@link #a}.
   *
   * @param dy gradient of each output, (tokens, its width)
   * @param x the input of {@link #forward}
   */
  Tensor backward(List<Tensor> dy, Tensor x) {
    Tensor dx = null;
    long row = 0;
    for (int i = 0; i < dy.size(); i++) {
      Tensor part = weight.narrow(0, row, parts.get(i).out());
      dx = dx == null ? dy.get(i).matmul(part) : dx.addMatmulIn(dy.get(i), part, 1);
      row += parts.get(i).out();
    }
    if (width > 0) {
      productA.setMatmul(dx.narrow(1, in, width).t(), x.narrow(1, 0, in));
      for (int i = 0; i < dy.size(); i++) {
        if (parts.get(i).factors() != null) {
          outProducts.get(i).setMatmul(dy.get(i).t(), x.narrow(1, in, width));
        }
      }
    }
    return dx;
  }

  void close() {
    weight.close();
    bias.close();
  }
}
