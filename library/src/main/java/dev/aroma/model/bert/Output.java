package dev.aroma.model.bert;

import dev.aroma.nn.LayerNorm;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Module;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;

/** Projects back to the residual stream, adds it and normalises: the end of both half blocks. */
final class Output extends Module {
  private final double dropout;
  private final Linear dense;
  private final LayerNorm norm;

  Output(int in, BertConfig config) {
    this.dropout = config.hiddenDropout();
    this.dense = child("dense", new Linear(in, config.hiddenSize(), true));
    this.norm = child("LayerNorm", new LayerNorm(config.hiddenSize(), config.layerNormEpsilon()));
  }

  /** The projection. */
  Linear dense() {
    return dense;
  }

  /** The normalisation. */
  LayerNorm norm() {
    return norm;
  }

  /**
   * Projects, adds, normalises.
   *
   * @param x (batch, length, in)
   * @param residual (batch, length, hidden)
   */
  Tensor forward(Tensor x, Tensor residual) {
    Tensor projected = Ops.dropout(dense.forward(x), training() ? dropout : 0);
    return norm.forward(projected.add(residual));
  }
}
