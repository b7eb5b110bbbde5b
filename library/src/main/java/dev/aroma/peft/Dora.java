package dev.aroma.peft;

import dev.aroma.nn.Layer;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Parameter;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

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
      Parameter weight = target(layer).weight();
      Tensor moved = moved(weight); // (out, in)
      weight.value(moved.mul(factors(moved).unsqueeze(1)).to(weight.value().dtype()));
    }
  }

  /** Its factors of the rows are computed once, here. */
  @Override
  public Beside beside(Layer layer) {
    Linear linear = target(layer);
    Tensor rows = factors(moved(linear.weight())); // (out)
    Beside moving = direction.beside(layer);
    List<Tensor> tensors = new ArrayList<>(moving.tensors());
    tensors.add(rows);
    return new Beside((at, x) -> scaled(linear, moving.adapter().forward(at, x), rows), tensors);
  }

  /** y with everything but the bias multiplied: (y − bias) · rows + bias. */
  private static Tensor scaled(Linear linear, Tensor y, Tensor rows) {
    Tensor factor = rows.to(y.dtype());
    if (linear.bias() == null) {
      return y.mul(factor);
    }
    Tensor bias = linear.bias().as(y.dtype());
    return y.sub(bias).mul(factor).add(bias);
  }

  private Linear target(Layer layer) {
    return LowRank.target(layer, direction.b().size(0), direction.a().size(1));
  }

  /** W + s B A, float32. */
  private Tensor moved(Parameter weight) {
    return direction.addTo(weight.value().to(DType.F32));
  }

  /** m / ‖row‖, (out). */
  private Tensor factors(Tensor moved) {
    Tensor norm = moved.square().sum(1, false).sqrt();
    return magnitude.to(moved.device()).to(DType.F32).div(norm);
  }

  /** The directional part; the magnitudes scale whole rows. */
  @Override
  public LowRank lowRank() {
    return direction;
  }
}
