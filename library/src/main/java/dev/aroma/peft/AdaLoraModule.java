package dev.aroma.peft;

import dev.aroma.nn.Layer;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.State;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** One linear layer with AdaLoRA's three factors. */
final class AdaLoraModule implements LayerAdapter {
  private static final double DEVIATION = 0.02;

  private final Parameter a; // (r, in)
  private final Parameter b; // (out, r)
  private final Parameter e; // (r, 1)
  private final double scale;
  private final double dropout;
  private boolean[] kept;

  AdaLoraModule(Linear linear, AdaLoraOptions options, Rng rng, Device device) {
    long[] shape = linear.weight().shape();
    int rank = options.initialRank();
    this.a = Parameter.of(rng.normal(DEVIATION, rank, shape[1]).to(device));
    this.b = Parameter.of(rng.normal(DEVIATION, shape[0], rank).to(device));
    this.e = Parameter.of(Tensor.zeros(DType.F32, device, rank, 1));
    this.scale = options.alpha() / (rank + 1e-5); // PEFT's small number, for equal logits
    this.dropout = options.dropout();
    this.kept = new boolean[rank];
    Arrays.fill(kept, true);
  }

  @Override
  public Tensor forward(Layer layer, Tensor x) {
    return Branch.add(layer, x, dropout, a.value().mul(e.value()), b.value(), scale);
  }

  /** Zeroes E of the components that are not kept, now and at each {@link #maskAgain}. */
  void mask(boolean[] keep) {
    this.kept = keep.clone();
    maskAgain();
  }

  /** Zeroes E of the components that the last choice did not keep: Adam has moved them. */
  void maskAgain() {
    float[] mask = new float[kept.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = kept[i] ? 1 : 0;
    }
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      e.value().mulIn(Tensor.of(mask, mask.length, 1).to(e.value().device()));
    }
  }

  void save(State state) {
    state.put("kept", kept);
  }

  void restore(State state) {
    kept = state.flags("kept", kept.length);
  }

  Parameter a() {
    return a;
  }

  Parameter b() {
    return b;
  }

  Parameter e() {
    return e;
  }

  /** Elements of one component: a row of A, a column of B and its E. */
  long componentSize() {
    return a.shape()[1] + b.shape()[0] + 1;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(a, b, e);
  }

  /** Components kept by the last choice. */
  @Override
  public int rank() {
    int count = 0;
    for (boolean one : kept) {
      count += one ? 1 : 0;
    }
    return count;
  }

  @Override
  public Triplets change() {
    return new Triplets(a.value().detach(), b.value().detach(), e.value().detach(), scale);
  }
}
