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

  /**
   * Copies the weight to another place, where the layer or its adapter has it from now on.
   *
   * @param place (out, in)
   * @return the layer read anew
   */
  BranchedLinear moveTo(Tensor place) {
    place.set(weight);
    if (layer.adapter() instanceof RankBranch branch) {
      branch.moveWeight(layer, place);
    } else {
      layer.weight().value(place);
    }
    return of(layer);
  }

  /** Whether the layer still has this branch, or none, and its weight where it was moved. */
  boolean unchanged(Tensor place) {
    BranchedLinear now = of(layer);
    return Objects.equals(factors, now.factors) // a parameter equals itself alone
        && now.weight.address() == place.address();
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
