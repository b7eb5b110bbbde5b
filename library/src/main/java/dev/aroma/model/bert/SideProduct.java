package dev.aroma.model.bert;

import dev.aroma.model.bert.FactorBank.Rows;
import dev.aroma.model.bert.RankOneKernels.Branch;
import dev.aroma.nn.Linear;
import dev.aroma.nn.RankBranch.Factors;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;
import java.util.List;

/**
 * A linear layer whose branch is left to the elementwise work behind it: that adds t (s b)ᵀ, t = x
 * aᵀ. Backwards the branch is in the product: [dy, u] [W; a], where u = s · dy b.
 */
final class SideProduct implements PackedProduct {
  private final long in;
  private final long out;
  private final int rank;
  private final int width;
  private BranchedLinear part;
  private long planB;
  private long planProductA;
  private long planProductB;
  private Tensor weight; // (out + width, in): W, and a below it
  private Tensor b; // (width, out), times scale
  private Tensor productA; // (width, in)
  private Tensor productB; // (out, width)

  SideProduct(Linear layer) {
    this.part = BranchedLinear.of(layer);
    this.in = layer.weight().shape()[1];
    this.out = layer.weight().shape()[0];
    this.rank = part.rank();
    this.width = JointProduct.padded(rank);
  }

  @Override
  public List<Factors> branches() {
    return part.factors() == null ? List.of() : List.of(part.factors());
  }

  @Override
  public long weightCount() {
    return (out + width) * in;
  }

  @Override
  public void plan(FactorBank bank, long weightStart) {
    Factors f = part.factors();
    if (f == null) {
      return;
    }
    planB = bank.plan(List.of(new Rows(f.b(), rank, true, f.scale())), width, out);
    planProductA = bank.planProduct(width * in);
    planProductB = bank.planProduct(out * width);
    for (long j = 0; j < rank; j++) {
      for (long i = 0; i < in; i++) {
        bank.planTail(weightStart + (out + j) * in + i, f.a(), j, i, 1);
        bank.planGradient(f.a(), j, i, planProductA + j * in + i, 1);
      }
      for (long i = 0; i < out; i++) {
        bank.planGradient(f.b(), i, j, planProductB + i * width + j, f.scale());
      }
    }
  }

  @Override
  public void place(Tensor weights, long start) {
    weight = weights.narrow(0, start, weightCount()).view(out + width, in).keep();
    part = part.moveTo(weight.narrow(0, 0, out));
  }

  @Override
  public void take(FactorBank bank) {
    if (rank > 0) {
      b = bank.matrix(planB, width, out);
      productA = bank.product(planProductA, width, in);
      productB = bank.product(planProductB, out, width);
    }
  }

  @Override
  public boolean unchanged() {
    return part.unchanged(weight);
  }

  int rank() {
    return rank;
  }

  /** (width, out), times scale, or null without a branch. */
  Tensor b() {
    return b;
  }

  /** Columns that its output's gradient has behind it. */
  int width() {
    return width;
  }

  private Tensor a() {
    return weight.narrow(0, out, width);
  }

  /** The branch, of rank one; null without one. */
  Branch branch() {
    return rank == 0
        ? null
        : new Branch(
            a().select(0, 0), b.select(0, 0), productA.select(0, 0), productB.select(1, 0));
  }

  /** x aᵀ, (tokens, width), or null without a branch. */
  Tensor narrow(Tensor x) {
    return rank == 0 ? null : x.matmul(a().t());
  }

  /** x Wᵀ + bias, (tokens, out). */
  Tensor forward(Tensor x) {
    return Ops.linear(x, weight.narrow(0, 0, out), part.bias());
  }

  /**
   * Fills the columns behind a gradient of its output, and adds up the gradient of b.
   *
   * @param dy (tokens, out + width)
   * @param narrow x aᵀ of the forward pass
   */
  void finish(Tensor dy, Tensor narrow) {
    if (rank > 0) {
      Tensor main = dy.narrow(1, 0, out);
      columns(dy).setMatmul(main, b.t());
      productB.setMatmul(main.t(), narrow);
    }
  }

  private Tensor columns(Tensor dy) {
    return dy.narrow(1, out, width);
  }

  /** Adds up the gradient of a. */
  void gradientA(Tensor dy, Tensor x) {
    if (rank > 0) {
      productA.setMatmul(columns(dy).t(), x);
    }
  }

  /**
   * The gradient of x without the branch's part.
   *
   * @param dy (tokens, out)
   * @param dx (tokens, in), to be written
   * @return dx
   */
  Tensor plainBackward(Tensor dy, Tensor dx) {
    return dx.setMatmul(dy, weight.narrow(0, 0, out));
  }

  /** The gradient of x, (tokens, in). */
  Tensor backward(Tensor dy) {
    return dy.matmul(weight);
  }

  @Override
  public void close() {
    weight.close();
  }
}
