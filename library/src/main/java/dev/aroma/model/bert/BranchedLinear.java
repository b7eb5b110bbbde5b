package dev.aroma.model.bert;

import dev.aroma.nn.Layer;
import dev.aroma.nn.Linear;
import dev.aroma.nn.RankBranch;
import dev.aroma.nn.RankBranch.Factors;
import dev.aroma.tensor.Tensor;
import java.util.Objects;

/**
 * A linear layer as its adapter leaves it: a constant weight and a branch.
 *
 * @param layer itself
 * @param weight (out, in)
 * @param factors of the branch, or null
 */
record BranchedLinear(Linear layer, Tensor weight, Factors factors) {
  /** Whether a layer can be read like this: its branch, if there is one, has no dropout. */
  static boolean understands(Layer layer) {
    return layer.adapter() == null
        || (layer.adapter() instanceof RankBranch branch
            && (branch.branch() == null || branch.branch().dropout() == 0));
  }

  /** Reads a layer whose adapter, if there is one, is a {@link RankBranch}. */
  static BranchedLinear of(Linear layer) {
    return layer.adapter() instanceof RankBranch branch
        ? new BranchedLinear(layer, branch.weight(layer), branch.branch())
        : new BranchedLinear(layer, layer.weight().value(), null);
  }

  /** Whether it has the same branch, or none like this. */
  boolean sameBranch(BranchedLinear other) {
    return Objects.equals(factors, other.factors); // a parameter equals itself alone
  }

  Tensor bias() {
    return layer.bias().value();
  }

  long out() {
    return layer.weight().shape()[0];
  }

  int rank() {
    return factors == null ? 0 : (int) factors.a().shape()[0];
  }
}
