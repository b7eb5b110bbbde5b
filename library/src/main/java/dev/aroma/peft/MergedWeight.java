package dev.aroma.peft;

import dev.aroma.nn.Linear;
import dev.aroma.nn.State;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The weight of an adapted layer, W0 + s B A: one dense matrix that is constant between merges, and
 * the factors of what was merged.
 */
final class MergedWeight {
  private final Linear linear;
  private final double scale;
  private final List<Tensor> a = new ArrayList<>(); // each (r, in), float32
  private final List<Tensor> b = new ArrayList<>(); // each (out, r), float32
  private Tensor effective; // (out, in) in the weight's type; null while nothing is merged

  /** Its norm squared, kept up to date at each merge; not a number until first asked. */
  private double normSquared = Double.NaN;

  MergedWeight(Linear linear, double scale) {
    this.linear = linear;
    this.scale = scale;
  }

  /** W0 + s B A, (out, in) in the type of W0. */
  Tensor value() {
    return effective == null ? linear.weight().value() : effective;
  }

  /**
   * Has {@link #value} lie elsewhere, at every later merge too.
   *
   * @param place (out, in) that holds it
   */
  void move(Tensor place) {
    if (effective == null) {
      linear.weight().value(place);
    } else {
      effective.close();
      effective = place.keep();
    }
  }

  Device device() {
    return value().device();
  }

  /**
   * Begins with a change of another training: s B A stays what it was there, B makes up for another
   * scale.
   */
  void begin(LowRank change) {
    a.add(change.a().copy().keep());
    b.add(change.b().mul(change.scale() / scale).keep());
    recompute(b.get(0), a.get(0));
  }

  /**
   * Takes a component in: ‖W + s ba‖² = ‖W‖² + 2s ⟨W, ba⟩ + s² ‖ba‖².
   *
   * @param component stays what it is; the factors are copies
   */
  void merge(LiveComponent component) {
    norm();
    Tensor newA = component.a().value().detach().copy();
    Tensor newB = component.b().value().detach().copy();
    Tensor inner = newB.t().matmul(value().to(DType.F32)).mul(newA).sum(); // ⟨W, ba⟩
    double length = LiveComponent.norms(List.of(component)).item();
    normSquared += 2 * scale * inner.item() + scale * scale * length * length;
    a.add(newA.keep());
    b.add(newB.keep());
    recompute(newB, newA);
  }

  /**
   * In float32 the new component is added; in less the sum is made anew and rounded once. The first
   * merge leaves the memory of W0 to the sum, since whoever reads the weight reads it there.
   */
  private void recompute(Tensor newB, Tensor newA) {
    if (effective == null) {
      effective = linear.weight().exchange(value().detach().copy());
    }
    Tensor origin = linear.weight().value();
    if (effective.dtype() == DType.F32) {
      effective.addMatmulIn(newB, newA, scale);
    } else {
      effective.set(factors().addTo(origin));
    }
  }

  /** ‖W0 + s B A‖_F. */
  double norm() {
    if (Double.isNaN(normSquared)) {
      try (Scope scope = Scope.open();
          NoGrad guard = NoGrad.open()) {
        normSquared = value().to(DType.F32).square().sum().item();
      }
    }
    return Math.sqrt(normSquared);
  }

  /** Rank of B A. */
  int rank() {
    return a.stream().mapToInt(one -> (int) one.size(0)).sum();
  }

  /** B and A, freed with the present scope. */
  LowRank factors() {
    if (a.isEmpty()) {
      long[] shape = linear.weight().shape();
      return new LowRank(
          Tensor.zeros(DType.F32, device(), shape[0], 0),
          Tensor.zeros(DType.F32, device(), 0, shape[1]),
          scale);
    }
    return new LowRank(Ops.concat(b, 1), Ops.concat(a, 0), scale);
  }

  /** Writes the factors, from which the weight can be made again. */
  void save(State state) {
    state.put("merged", a.size());
    for (int i = 0; i < a.size(); i++) {
      state.put("a" + i, a.get(i));
      state.put("b" + i, b.get(i));
    }
    if (!Double.isNaN(normSquared)) {
      state.put("weight-norm-squared", normSquared);
    }
  }

  /**
   * Takes back what {@link #save} wrote. The weight is made by the same operations in the same
   * order as it first was, so it is the same bit by bit.
   *
   * @param shapeA of each merged a
   * @param shapeB of each merged b
   */
  void restore(State state, long[] shapeA, long[] shapeB) {
    int merged = state.count("merged");
    for (int i = a.size(); i < merged; i++) { // it began with what it started from
      a.add(state.tensor("a" + i, DType.F32, device(), shapeA).keep());
      b.add(state.tensor("b" + i, DType.F32, device(), shapeB).keep());
      if (value().dtype() == DType.F32 || i == merged - 1) {
        recompute(b.get(i), a.get(i));
      }
    }
    normSquared =
        state.has("weight-norm-squared") ? state.number("weight-norm-squared") : Double.NaN;
  }

  /** Frees everything but W0. */
  void free() {
    a.forEach(Tensor::close);
    b.forEach(Tensor::close);
    if (effective != null) {
      effective.close();
    }
  }
}
