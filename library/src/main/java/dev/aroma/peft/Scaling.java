package dev.aroma.peft;

import dev.aroma.nn.Layer;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Parameter;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.List;

/**
 * Factors on the features that go into a linear layer or come out of it.
 *
 * @param factors l, float32 (in) or (out)
 * @param input whether they are of the input
 */
public record Scaling(Tensor factors, boolean input) implements Change {
  @Override
  public void applyTo(Layer layer) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      Linear linear = target(layer);
      scale(linear.weight(), input ? factors : factors.unsqueeze(1));
      if (!input && linear.bias() != null) {
        scale(linear.bias(), factors);
      }
    }
  }

  @Override
  public Beside beside(Layer layer) {
    Tensor by = factors.to(DType.F32).to(target(layer).weight().value().device());
    return new Beside(
        input
            ? (at, x) -> at.plain(x.mul(by.to(x.dtype())))
            : (at, x) -> at.plain(x).mul(by.to(x.dtype())),
        List.of(by));
  }

  private Linear target(Layer layer) {
    long[] shape = layer instanceof Linear found ? found.weight().shape() : new long[2];
    long out = input ? shape[0] : factors.size(0);
    return LowRank.target(layer, out, input ? factors.size(0) : shape[1]);
  }

  private static void scale(Parameter parameter, Tensor by) {
    Tensor value = parameter.value();
    Tensor scaled = value.to(DType.F32).mul(by.to(value.device()).to(DType.F32));
    parameter.value(scaled.to(value.dtype()));
  }
}
