package dev.aroma.peft;

import dev.aroma.nn.Parameter;
import dev.aroma.nn.State;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.List;

/**
 * How much the loss depends on each element of some parameters of one shape (AdaLoRA, section 3.2):
 * with I = |p · g|, the mean Ī ← β1 Ī + (1 − β1) I, its uncertainty Ū ← β2 Ū + (1 − β2) |I − Ī|
 * with the new Ī, and the score Ī · Ū.
 */
final class Importance implements AutoCloseable {
  private final List<Parameter> parameters;
  private final double beta1;
  private final double beta2;
  private Tensor mean; // (count, …)
  private Tensor uncertainty; // (count, …)

  Importance(List<Parameter> parameters, double beta1, double beta2) {
    this.parameters = List.copyOf(parameters);
    this.beta1 = beta1;
    this.beta2 = beta2;
  }

  /** Takes in the present values and gradients. */
  void update() {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      Tensor values = Ops.stack(parameters.stream().map(Parameter::value).toList(), 0);
      Tensor gradients = Ops.stack(parameters.stream().map(p -> p.value().grad()).toList(), 0);
      Tensor now = values.mulIn(gradients).abs();
      if (mean == null) {
        begin(now);
      }
      mean.mulIn(beta1).addIn(now, 1 - beta1);
      uncertainty.mulIn(beta2).addIn(now.sub(mean).abs(), 1 - beta2);
    }
  }

  /** Scores of all elements, (count, …), freed with the present scope. */
  Tensor scores() {
    return mean.mul(uncertainty);
  }

  private void begin(Tensor like) {
    mean = like.mul(0).keep();
    uncertainty = like.mul(0).keep();
  }

  void save(State state) {
    if (mean != null) {
      state.put("mean", mean);
      state.put("uncertainty", uncertainty);
    }
  }

  void restore(State state) {
    if (state.has("mean")) {
      try (Scope scope = Scope.open();
          NoGrad guard = NoGrad.open()) {
        begin(Ops.stack(parameters.stream().map(Parameter::value).toList(), 0));
        state.read("mean", mean);
        state.read("uncertainty", uncertainty);
      }
    }
  }

  /** Forgets everything. */
  @Override
  public void close() {
    if (mean != null) {
      mean.close();
      uncertainty.close();
      mean = null;
      uncertainty = null;
    }
  }
}
