package dev.aroma.model.bert;

import dev.aroma.model.bert.FactorBank.Rows;
import dev.aroma.nn.Linear;
import dev.aroma.nn.RankBranch.Factors;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;
import java.util.List;

/**
 * A linear layer whose branch is left to the elementwise work around it: they add t (s b)ᵀ, t = x
 * aᵀ, forwards, and u a, u = s · dy b, backwards.
 */
final class SideProduct {
  private final BranchedLinear part;
  private final long in;
  private final long out;
  private final int rank;
  private final int width;
  private long planA;
  private long planB;
  private long planProductA;
  private long planProductB;
  private Tensor a; // (width, in)
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

  List<Factors> branches() {
    return part.factors() == null ? List.of() : List.of(part.factors());
  }

  void plan(FactorBank bank) {
    Factors f = part.factors();
    if (f == null) {
      return;
    }
    planA = bank.plan(List.of(new Rows(f.a(), rank, false, 1)), width, in);
    planB = bank.plan(List.of(new Rows(f.b(), rank, true, f.scale())), width, out);
    planProductA = bank.planProduct(width * in);
    planProductB = bank.planProduct(out * width);
    for (long j = 0; j < rank; j++) {
      for (long i = 0; i < in; i++) {
        bank.planGradient(f.a(), j, i, planProductA + j * in + i, 1);
      }
      for (long i = 0; i < out; i++) {
        bank.planGradient(f.b(), i, j, planProductB + i * width + j, f.scale());
      }
    }
  }

  void take(FactorBank bank) {
    if (rank > 0) {
      a = bank.matrix(planA, width, in);
      b = bank.matrix(planB, width, out);
      productA = bank.product(planProductA, width, in);
      productB = bank.product(planProductB, out, width);
    }
  }

  int rank() {
    return rank;
  }

  int width() {
    return width;
  }

  /** (width, in), or null without a branch. */
  Tensor a() {
    return a;
  }

  /** (width, out), times scale, or null without a branch. */
  Tensor b() {
    return b;
  }

  /** x aᵀ, (tokens, width), or null without a branch. */
  Tensor narrow(Tensor x) {
    return rank == 0 ? null : x.matmul(a.t());
  }

  /** x Wᵀ + bias, (tokens, out). */
  Tensor forward(Tensor x) {
    return Ops.linear(x, part.weight(), part.bias());
  }

  /** s · dy b, (tokens, width), after the gradients of both factors; null without a branch. */
  Tensor gradients(Tensor dy, Tensor x, Tensor narrow) {
    if (rank == 0) {
      return null;
    }
    Tensor u = dy.matmul(b.t());
    productB.setMatmul(dy.t(), narrow);
    productA.setMatmul(u.t(), x);
    return u;
  }

  /** dy W, (tokens, in). */
  Tensor backward(Tensor dy) {
    return dy.matmul(part.weight());
  }
}
