package dev.aroma.peft;

import dev.aroma.nn.Layer;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.RankBranch;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Tensor;
import java.util.List;

/** One linear layer with LoRA: y = x W0ᵀ + bias + s · drop(x) Aᵀ Bᵀ. */
final class LoraModule implements LayerAdapter, RankBranch {
  private final Parameter a; // (r, in)
  private final Parameter b; // (out, r)
  private final double scale;
  private final double dropout;

  /**
   * New factors: A from U(−1/√in, 1/√in), which is Kaiming uniform with a = √5; B = 0.
   *
   * @param rng the layer's own stream
   */
  LoraModule(Linear linear, int rank, double scale, double dropout, Rng rng, Device device) {
    long[] shape = linear.weight().shape();
    double bound = 1 / Math.sqrt((double) shape[1]);
    this.a = Parameter.of(rng.uniform(-bound, bound, rank, shape[1]).to(device));
    this.b = Parameter.of(Tensor.zeros(DType.F32, device, shape[0], rank));
    this.scale = scale;
    this.dropout = dropout;
  }

  /** Goes on with factors of another training, at their scale. */
  LoraModule(LowRank change, double dropout) {
    this.a = Parameter.of(change.a().copy());
    this.b = Parameter.of(change.b().copy());
    this.scale = change.scale();
    this.dropout = dropout;
  }

  @Override
  public Tensor forward(Layer layer, Tensor x) {
    return Branch.add(layer, x, dropout, a.value(), b.value(), scale);
  }

  @Override
  public Tensor weight(Linear layer) {
    return layer.weight().value();
  }

  @Override
  public void moveWeight(Linear layer, Tensor place) {
    layer.weight().value(place);
  }

  @Override
  public Factors branch() {
    return new Factors(a, b, scale, dropout);
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(a, b);
  }

  @Override
  public int rank() {
    return (int) a.shape()[0];
  }

  @Override
  public LowRank change() {
    return new LowRank(b.value().detach(), a.value().detach(), scale);
  }
}
