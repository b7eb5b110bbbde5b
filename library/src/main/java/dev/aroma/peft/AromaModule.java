package dev.aroma.peft;

import dev.aroma.nn.Layer;
import dev.aroma.nn.Linear;
import dev.aroma.nn.RankBranch;
import dev.aroma.nn.State;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;

/**
 * One adapted linear layer of AROMA: a constant weight with what was merged, and beside it the live
 * component.
 *
 * <p>y = x W_effᵀ + s · drop(x) aᵀ bᵀ + bias, where W_eff = W0 + s B A: what is merged costs
 * nothing, and a frozen module has no branch.
 */
final class AromaModule implements RankBranch {
  private final String path;
  private final Linear linear;
  private final double scale;
  private final double dropout;
  private final MergedWeight merged;
  private final LiveComponent component;
  private Tensor collecting; // the weight whose gradient is being collected, or null
  private boolean branch;
  private boolean enabled = true;

  AromaModule(String path, Linear linear, AromaOptions options) {
    this.path = path;
    this.linear = linear;
    this.scale = options.alpha() / options.rank();
    this.dropout = options.dropout();
    this.merged = new MergedWeight(linear, scale);
    long[] shape = linear.weight().shape();
    this.component = new LiveComponent(options.rank(), shape[0], shape[1]);
  }

  @Override
  public Tensor forward(Layer layer, Tensor x) {
    if (!enabled) {
      return layer.plain(x);
    }
    Tensor weight = merged.value().to(x.dtype());
    if (!branch) {
      return linear.with(weight, x);
    }
    return Branch.add(
        flat -> linear.with(weight, flat),
        x,
        layer.training() ? dropout : 0,
        component.a().value(),
        component.b().value(),
        scale);
  }

  @Override
  public Tensor weight(Linear layer) {
    return enabled ? merged.value() : layer.weight().value();
  }

  @Override
  public void moveWeight(Linear layer, Tensor place) {
    if (enabled) {
      merged.move(place);
    } else {
      layer.weight().value(place);
    }
  }

  @Override
  public Factors branch() {
    return enabled && branch ? new Factors(component.a(), component.b(), scale, dropout) : null;
  }

  /** Begins with a change of another training as merged rank. */
  void begin(LowRank change) {
    if (change.rank() == 0) {
      return;
    }
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      merged.begin(change);
    }
  }

  /**
   * Starts a new component.
   *
   * @param first (r, in); b starts at 0, so the model does not change
   */
  void start(Tensor first) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      component.start(first, merged.device());
    }
    branch = true;
  }

  /** Makes the live component part of the weight. */
  void merge() {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      merged.merge(component);
    }
    component.forget();
  }

  /** Ends training of this module: the live component is dropped. */
  void drop() {
    stopCollecting();
    branch = false;
    component.drop();
  }

  /** Detaches from the layer and frees everything. */
  void free() {
    drop();
    linear.adapt(null);
    merged.free();
  }

  // --- the dense weight's gradient
  // --------------------------------------------------------------

  /** Lets gradients of the dense weight add up from the next backward pass on. */
  void collectGradient() {
    if (collecting == null) {
      collecting = merged.value().requireGrad(true);
    }
  }

  /** The collected gradient, (out, in), or null if none arrived. */
  Tensor collectedGradient() {
    return collecting != null && collecting.hasGrad() ? collecting.grad() : null;
  }

  /** Forgets the collected gradient and its memory. */
  void stopCollecting() {
    if (collecting != null) {
      collecting.requireGrad(false).dropGrad();
      collecting = null;
    }
  }

  // --- checkpoints
  // ------------------------------------------------------------------------------

  /** Writes everything but the values of the live component, which the optimiser has. */
  void save(State state) {
    state.put("branch", branch);
    merged.save(state);
    component.save(state);
    state.put("collecting", collecting != null);
    if (collectedGradient() != null) {
      state.put("gradient", collectedGradient());
    }
  }

  /** Takes back what {@link #save} wrote, before the first step. */
  void restore(State state) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      merged.restore(state, component.a().shape(), component.b().shape());
      if (state.flag("branch")) {
        start(Tensor.zeros(DType.F32, merged.device(), component.a().shape())); // to be filled
      } else {
        drop();
      }
      component.restore(state, merged.device());
      if (state.flag("collecting")) {
        collectGradient();
        if (state.has("gradient")) {
          Tensor weight = merged.value();
          collecting.grad(
              state.tensor("gradient", weight.dtype(), weight.device(), weight.shape()).keep());
        }
      }
    }
  }

  void enable(boolean on) {
    enabled = on;
  }

  // --- what there is
  // ----------------------------------------------------------------------------

  String path() {
    return path;
  }

  double scale() {
    return scale;
  }

  /** The component in training; without values where the module is frozen. */
  LiveComponent component() {
    return component;
  }

  /** ‖W0 + s B A‖_F. */
  double weightNorm() {
    return merged.norm();
  }

  /** B and A of what is merged, freed with the present scope. */
  LowRank factors() {
    return merged.factors();
  }

  /** Rank that is merged. */
  int mergedRank() {
    return merged.rank();
  }

  /** Rank in use: merged and live. */
  int rank() {
    return mergedRank() + (branch ? component.rank() : 0);
  }
}
