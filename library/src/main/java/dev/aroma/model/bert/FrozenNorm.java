package dev.aroma.model.bert;

import dev.aroma.nn.LayerNorm;
import dev.aroma.tensor.Draft;
import dev.aroma.tensor.Draft.Node;
import dev.aroma.tensor.Place;
import dev.aroma.tensor.Plan;
import dev.aroma.tensor.Tensor;

/** A layer normalisation with constant weights, as part of programs and plans. */
record FrozenNorm(Tensor weight, Tensor bias, double epsilon) implements AutoCloseable {
  /** Shares the layer's weights, and keeps them when the layer goes. */
  static FrozenNorm of(LayerNorm norm) {
    return new FrozenNorm(
        norm.weight().value().detach().keep(), norm.bias().value().detach().keep(), norm.epsilon());
  }

  Node in(Draft draft, Node x) {
    return draft.layerNorm(x, weight, bias, epsilon);
  }

  /** In x's place. */
  void in(Plan plan, Place x) {
    plan.layerNorm(x, weight, bias, epsilon);
  }

  @Override
  public void close() {
    weight.close();
    bias.close();
  }
}
