package dev.aroma.peft;

import dev.aroma.nn.Layer;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Parameter;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * One linear layer with DoRA (Liu et al. 2024, arXiv 2402.09353): W′ = m · (W + s B A) / ‖W + s B
 * A‖ with norms of rows, which are constants to the gradient (their section 4.3).
 *
 * <p>The norms come from ‖w‖² + 2s ⟨w, BA⟩ + s² ‖BA‖², row by row, without forming B A.
 */
final class DoraModule implements LayerAdapter {
  private final Linear linear;
  private final LoraModule lora;
  private final Parameter a; // (r, in)
  private final Parameter b; // (out, r)
  private final Parameter magnitude; // (out)
  private final Parameter weightSquared; // (out), squared norms of W's rows; never trained
  private final double scale;
  private final double dropout;

  DoraModule(Linear linear, LoraModule lora, double scale, double dropout) {
    this.linear = linear;
    this.lora = lora;
    this.a = lora.parameters().get(0);
    this.b = lora.parameters().get(1);
    this.scale = scale;
    this.dropout = dropout;
    Tensor squared = linear.weight().as(DType.F32).square().sum(1, false); // (out)
    this.weightSquared = Parameter.of(squared);
    this.magnitude = Parameter.of(squared.sqrt());
  }

  @Override
  public Tensor forward(Layer layer, Tensor x) {
    Tensor flat = x.reshape(-1, x.size(-1)); // (tokens, in)
    double drop = layer.training() ? dropout : 0;
    Tensor dropped = Ops.dropout(flat, drop);
    Tensor weight = linear.weight().as(x.dtype());
    Tensor plain = Ops.linear(flat, weight, null); // (tokens, out)
    Tensor base = drop == 0 ? plain : Ops.linear(dropped, weight, null);
    Tensor factor = magnitude.value().div(norms()).to(x.dtype()); // (out)
    Tensor narrow = dropped.matmul(a.as(x.dtype()).t()); // (tokens, r)
    Tensor branch = narrow.matmul(b.as(x.dtype()).t()).mul(scale);
    Tensor y = base.add(branch).mul(factor); // (tokens, out)
    y = drop == 0 ? y : y.add(plain).sub(base); // PEFT drops the input of the change alone
    return Branch.unflatten(linear.bias() == null ? y : y.add(linear.bias().as(x.dtype())), x);
  }

  /** Norms of the rows of W + s B A, (out), outside the graph. */
  private Tensor norms() {
    try (NoGrad guard = NoGrad.open()) {
      Tensor weight = linear.weight().value();
      Tensor b32 = b.value();
      Tensor across = weight.matmul(a.as(weight.dtype()).t()).to(DType.F32); // (out, r): W Aᵀ
      Tensor inner = across.mul(b32).sum(1, false); // (out): ⟨w, BA⟩
      Tensor gram = a.value().matmul(a.value().t()); // (r, r)
      Tensor square = b32.matmul(gram).mul(b32).sum(1, false); // (out): ‖BA‖²
      Tensor sum = weightSquared.value().add(inner, 2 * scale).add(square, scale * scale);
      return sum.abs().sqrt();
    }
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>(lora.parameters());
    all.add(magnitude);
    return all;
  }

  @Override
  public void free() {
    parameters().forEach(Parameter::unload);
    weightSquared.unload();
  }

  @Override
  public int rank() {
    return lora.rank();
  }

  @Override
  public Dora change() {
    return new Dora(lora.change(), magnitude.value().detach());
  }
}
