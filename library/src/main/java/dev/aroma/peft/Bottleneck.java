package dev.aroma.peft;

import dev.aroma.nn.Activation;
import dev.aroma.nn.Adapter;
import dev.aroma.nn.Layer;
import dev.aroma.nn.LayerNorm;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Parameter;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;
import java.util.List;

/**
 * A small network behind a layer, with a residual: h + W_up f(W_down h + b_down) + b_up for the
 * layer's output h. It is not linear and so cannot become part of the layer's weights.
 *
 * @param downWeight (bottleneck, width)
 * @param downBias (bottleneck)
 * @param upWeight (width, bottleneck)
 * @param upBias (width)
 * @param activation name of f
 */
public record Bottleneck(
    Tensor downWeight, Tensor downBias, Tensor upWeight, Tensor upBias, String activation)
    implements Change, Adapter {
  @Override
  public boolean mergeable() {
    return false;
  }

  /** Attaches it: its tensors must live as long as the layer is used. */
  @Override
  public void applyTo(Layer layer) {
    layer.adapt(beside(layer).adapter());
  }

  @Override
  public Beside beside(Layer layer) {
    long width = width(layer);
    if (width != upBias.size(0)) {
      throw new IllegalArgumentException(
          "expected a layer with outputs of width %d, found %d".formatted(upBias.size(0), width));
    }
    return new Beside(this, List.of(downWeight, downBias, upWeight, upBias));
  }

  /** Width of what a layer gives. */
  static long width(Layer layer) {
    Parameter parameter =
        layer instanceof Linear linear ? linear.weight() : ((LayerNorm) layer).weight();
    return parameter.shape()[0];
  }

  @Override
  public Tensor forward(Layer layer, Tensor x) {
    Tensor h = layer.plain(x); // (…, width)
    Tensor narrow = Ops.linear(h, downWeight.to(h.dtype()), downBias.to(h.dtype()));
    Tensor active = Activation.of(activation, "activation").apply(narrow); // (…, bottleneck)
    return h.add(Ops.linear(active, upWeight.to(h.dtype()), upBias.to(h.dtype())));
  }
}
