package dev.aroma.peft;

import dev.aroma.nn.Layer;
import dev.aroma.nn.Linear;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.RankBranch;
import dev.aroma.nn.State;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One adapted linear layer of AROMA: frozen W0, merged factors B and A, one live component b, a.
 *
 * <p>y = x W_effᵀ + s · drop(x) aᵀ bᵀ + bias, where W_eff = W0 + s B A is a constant dense matrix:
 * what is merged costs nothing, and a frozen module has no branch.
 */
final class AromaModule implements RankBranch {
  private final String path;
  private final Linear linear;
  private final double scale;
  private final double dropout;
  private final Parameter a; // (r, in)
  private final Parameter b; // (out, r)
  private final List<Tensor> mergedA = new ArrayList<>(); // each (r, in), float32
  private final List<Tensor> mergedB = new ArrayList<>(); // each (out, r), float32
  private Tensor effective; // (out, in) in the weight's type; null while nothing is merged
  private Tensor checkedA; // the live component at the last check, for InnerChange.DIFFERENCE
  private Tensor checkedB;
  private Tensor collecting; // the weight whose gradient is being collected, or null
  private boolean branch;
  private boolean enabled = true;

  /** Norm of W0 + s B A squared, kept up to date at each merge; not a number until first asked. */
  private double weightNormSquared = Double.NaN;

  AromaModule(String path, Linear linear, AromaOptions options) {
    this.path = path;
    this.linear = linear;
    this.scale = options.alpha() / options.rank();
    this.dropout = options.dropout();
    long[] shape = linear.weight().shape();
    this.a = new Parameter(options.rank(), shape[1]);
    this.b = new Parameter(shape[0], options.rank());
  }

  @Override
  public Tensor forward(Layer layer, Tensor x) {
    if (!enabled) {
      return layer.plain(x);
    }
    if (!branch) {
      return linear.with(weight().to(x.dtype()), x);
    }
    Tensor flat = x.reshape(-1, x.size(-1)); // (tokens, in)
    Tensor y = linear.with(weight().to(x.dtype()), flat); // (tokens, out)
    Tensor dropped = Ops.dropout(flat, layer.training() ? dropout : 0);
    Tensor narrow = dropped.matmul(a.as(x.dtype()).t()); // (tokens, r)
    y.addMatmulIn(narrow, b.as(x.dtype()).t(), scale);
    long[] shape = x.shape();
    shape[shape.length - 1] = y.size(1);
    return y.view(shape);
  }

  @Override
  public Tensor weight(Linear layer) {
    return enabled ? weight() : layer.weight().value();
  }

  @Override
  public Factors branch() {
    return enabled && branch ? new Factors(a, b, scale, dropout) : null;
  }

  /**
   * Begins with a change of another training as merged rank: s B A stays what it was there, B makes
   * up for another scale.
   */
  void begin(LowRank change) {
    if (change.rank() == 0) {
      return;
    }
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      mergedA.add(change.a().copy().keep());
      mergedB.add(change.b().mul(change.scale() / scale).keep());
      recompute(mergedB.get(0), mergedA.get(0));
    }
  }

  /** W_eff, (out, in). */
  Tensor weight() {
    return effective == null ? linear.weight().value() : effective;
  }

  /**
   * Starts a new component.
   *
   * @param first (r, in); b starts at 0, so the model does not change
   */
  void start(Tensor first) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      Device device = weight().device();
      if (a.loaded()) {
        a.value().set(first);
        b.value().zero();
      } else {
        a.value(first.to(DType.F32).to(device).copy());
        b.value(Tensor.zeros(DType.F32, device, b.shape()));
      }
    }
    branch = true;
  }

  /** Lets gradients of the dense weight add up from the next backward pass on. */
  void collectGradient() {
    if (collecting == null) {
      collecting = weight().requireGrad(true);
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

  /** What modules must share to be measured together. */
  String shape() {
    return Arrays.toString(a.shape()) + Arrays.toString(b.shape());
  }

  /** ‖b a‖_F of the live components of modules of one shape, on the device. */
  static Tensor componentNorms(List<AromaModule> modules) {
    return norms(
        Ops.stack(modules.stream().map(m -> m.b.value()).toList(), 0),
        Ops.stack(modules.stream().map(m -> m.a.value()).toList(), 0));
  }

  /** From √tr((bᵀb)(a aᵀ)), for b (modules, out, r) and a (modules, r, in). */
  private static Tensor norms(Tensor b, Tensor a) {
    Tensor left = b.transpose(1, 2).matmul(b); // (modules, r, r)
    Tensor right = a.matmul(a.transpose(1, 2));
    return left.mul(right).reshape(b.size(0), -1).sum(1, false).abs().sqrt();
  }

  /**
   * ‖b a − b′a′‖_F against the last {@link #remember}, with the same trick; infinite at first. Of
   * modules of one shape, which are remembered together.
   */
  static Tensor componentDifferences(List<AromaModule> modules) {
    if (modules.get(0).checkedA == null) {
      return Tensor.full(Double.POSITIVE_INFINITY, DType.F32, Device.CPU, modules.size());
    }
    return norms(
        Ops.stack(modules.stream().map(AromaModule::bothB).toList(), 0),
        Ops.stack(modules.stream().map(AromaModule::bothA).toList(), 0));
  }

  /** (out, 2r). */
  private Tensor bothB() {
    return Ops.concat(List.of(b.value(), checkedB.mul(-1)), 1);
  }

  /** (2r, in). */
  private Tensor bothA() {
    return Ops.concat(List.of(a.value(), checkedA), 0);
  }

  /** Keeps the live component for the next difference. */
  void remember() {
    forget();
    checkedA = a.value().detach().copy().keep();
    checkedB = b.value().detach().copy().keep();
  }

  private void forget() {
    if (checkedA != null) {
      checkedA.close();
      checkedB.close();
      checkedA = null;
      checkedB = null;
    }
  }

  /** ‖W0 + s B A‖_F. */
  double weightNorm() {
    if (Double.isNaN(weightNormSquared)) {
      try (Scope scope = Scope.open();
          NoGrad guard = NoGrad.open()) {
        weightNormSquared = weight().to(DType.F32).square().sum().item();
      }
    }
    return Math.sqrt(weightNormSquared);
  }

  /** Makes the live component part of the weight: ‖W + s ba‖² = ‖W‖² + 2s ⟨W, ba⟩ + s² ‖ba‖². */
  void merge() {
    weightNorm();
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      Tensor newA = a.value().detach().copy();
      Tensor newB = b.value().detach().copy();
      Tensor inner = newB.t().matmul(weight().to(DType.F32)).mul(newA).sum(); // ⟨W, ba⟩
      double norm = componentNorms(List.of(this)).item();
      weightNormSquared += 2 * scale * inner.item() + scale * scale * norm * norm;
      mergedA.add(newA.keep());
      mergedB.add(newB.keep());
      recompute(newB, newA);
    }
    forget();
  }

  /** In float32 the new component is added; in less the sum is made anew and rounded once. */
  private void recompute(Tensor newB, Tensor newA) {
    Tensor origin = linear.weight().value();
    if (effective == null) {
      effective = origin.copy().keep();
    }
    if (effective.dtype() == DType.F32) {
      effective.addMatmulIn(newB, newA, scale);
    } else {
      effective.set(factors().addTo(origin));
    }
  }

  /** Ends training of this module: the live component is dropped. */
  void drop() {
    stopCollecting();
    branch = false;
    a.unload();
    b.unload();
    forget();
  }

  /** Detaches from the layer and frees everything. */
  void free() {
    drop();
    linear.adapt(null);
    mergedA.forEach(Tensor::close);
    mergedB.forEach(Tensor::close);
    if (effective != null) {
      effective.close();
    }
  }

  /** B and A of what is merged, freed with the present scope. */
  LowRank factors() {
    if (mergedA.isEmpty()) {
      Device device = weight().device();
      long[] shape = linear.weight().shape();
      return new LowRank(
          Tensor.zeros(DType.F32, device, shape[0], 0),
          Tensor.zeros(DType.F32, device, 0, shape[1]),
          scale);
    }
    return new LowRank(Ops.concat(mergedB, 1), Ops.concat(mergedA, 0), scale);
  }

  /** Writes everything but the values of the live component, which the optimiser has. */
  void save(State state) {
    state.put("branch", branch);
    state.put("merged", mergedA.size());
    for (int i = 0; i < mergedA.size(); i++) {
      state.put("a" + i, mergedA.get(i));
      state.put("b" + i, mergedB.get(i));
    }
    if (!Double.isNaN(weightNormSquared)) {
      state.put("weight-norm-squared", weightNormSquared);
    }
    if (checkedA != null) {
      state.put("checked-a", checkedA);
      state.put("checked-b", checkedB);
    }
    state.put("collecting", collecting != null);
    if (collectedGradient() != null) {
      state.put("gradient", collectedGradient());
    }
  }

  /**
   * Takes back what {@link #save} wrote, before the first step. The weight is made by the same
   * operations in the same order as it first was, so it is the same bit by bit.
   */
  void restore(State state) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      int merged = state.count("merged");
      for (int i = mergedA.size(); i < merged; i++) { // it began with what it started from
        mergedA.add(read(state, "a" + i, DType.F32, a.shape()));
        mergedB.add(read(state, "b" + i, DType.F32, b.shape()));
        if (weight().dtype() == DType.F32 || i == merged - 1) {
          recompute(mergedB.get(i), mergedA.get(i));
        }
      }
      weightNormSquared =
          state.has("weight-norm-squared") ? state.number("weight-norm-squared") : Double.NaN;
      if (state.flag("branch")) {
        start(Tensor.zeros(DType.F32, weight().device(), a.shape())); // the optimiser fills it
      } else {
        drop();
      }
      restoreChecks(state);
    }
  }

  private void restoreChecks(State state) {
    if (state.has("checked-a")) {
      checkedA = read(state, "checked-a", DType.F32, a.shape());
      checkedB = read(state, "checked-b", DType.F32, b.shape());
    }
    if (state.flag("collecting")) {
      collectGradient();
      if (state.has("gradient")) {
        collecting.grad(read(state, "gradient", weight().dtype(), weight().shape()));
      }
    }
  }

  /** A tensor of the state that outlives the present scope. */
  private Tensor read(State state, String name, DType dtype, long[] shape) {
    Tensor tensor = Tensor.zeros(dtype, weight().device(), shape);
    state.read(name, tensor);
    return tensor.keep();
  }

  void enable(boolean on) {
    enabled = on;
  }

  String path() {
    return path;
  }

  double scale() {
    return scale;
  }

  Parameter a() {
    return a;
  }

  Parameter b() {
    return b;
  }

  /** Rank that is merged. */
  int mergedRank() {
    return mergedA.stream().mapToInt(one -> (int) one.size(0)).sum();
  }

  /** Rank in use: merged and live. */
  int rank() {
    return mergedRank() + (branch ? (int) a.shape()[0] : 0);
  }
}
