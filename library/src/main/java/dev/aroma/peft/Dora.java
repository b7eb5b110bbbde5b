package dev.aroma.peft;

import dev.aroma.nn.Layer;
import dev.aroma.nn.Parameter;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;

/**
 * A weight-decomposed change: W′ = m · (W + s B A) / ‖W + s B A‖, norms of rows.
 *
 * @param direction the factors of s B A
 * @param magnitude m, float32 (out)
 */
public record Dora(LowRank direction, Tensor magnitude) implements Change {
  @Override
  public void applyTo(Layer layer) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      Parameter weight =
          LowRank.target(layer, direction.b().size(0), direction.a().size(1)).weight();
      Tensor moved = direction.addTo(weight.value().to(DType.F32)); // (out, in)
      Tensor norm = moved.square().sum(1, true).sqrt(); // (out, 1)
      Tensor m = magnitude.to(moved.device()).to(DType.F32).unsqueeze(1);
      weight.value(moved.mul(m.div(norm)).to(weight.value().dtype()));
    }
  }

  /** The directional part; the magnitudes scale whole rows. */
  @Override
  public LowRank lowRank() {
    return direction;
  }
}
