package dev.aroma.peft;

import dev.aroma.nn.Parameter;
import dev.aroma.nn.State;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Ops;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The component b a of a layer that is being trained, and what it was at the last inner check. */
final class LiveComponent {
  private final Parameter a; // (r, in)
  private final Parameter b; // (out, r)
  private Tensor checkedA; // null before the first check, and where no difference is asked for
  private Tensor checkedB;

  LiveComponent(int rank, long out, long in) {
    this.a = new Parameter(rank, in);
    this.b = new Parameter(out, rank);
  }

  Parameter a() {
    return a;
  }

  Parameter b() {
    return b;
  }

  int rank() {
    return (int) a.shape()[0];
  }

  /**
   * Starts a new one, in the memory of the one before.
   *
   * @param first (r, in); b starts at 0, so the model does not change
   */
  void start(Tensor first, Device device) {
    if (a.loaded()) {
      a.value().set(first);
      b.value().zero();
    } else {
      a.value(first.to(DType.F32).to(device).copy());
      b.value(Tensor.zeros(DType.F32, device, b.shape()));
    }
  }

  /** Drops it and its memory. */
  void drop() {
    a.unload();
    b.unload();
    forget();
  }

  /** Keeps it as it is now for the next difference. */
  void remember() {
    forget();
    checkedA = a.value().detach().copy().keep();
    checkedB = b.value().detach().copy().keep();
  }

  /** Forgets the last check: the next one is the first of another component. */
  void forget() {
    if (checkedA != null) {
      checkedA.close();
      checkedB.close();
      checkedA = null;
      checkedB = null;
    }
  }

  // --- measuring
  // --------------------------------------------------------------------------------

  /**
   * A number of each component, in their order: one operation for all of a shape, and all numbers
   * moved from the device together.
   *
   * @param numbers of components of one shape, float32 (components)
   */
  static double[] measure(List<LiveComponent> all, Function<List<LiveComponent>, Tensor> numbers) {
    Map<String, List<Integer>> alike = new LinkedHashMap<>();
    for (int i = 0; i < all.size(); i++) {
      alike.computeIfAbsent(all.get(i).shape(), k -> new ArrayList<>()).add(i);
    }
    double[] measured = new double[all.size()];
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      List<Tensor> groups = new ArrayList<>();
      alike.values().forEach(g -> groups.add(numbers.apply(g.stream().map(all::get).toList())));
      float[] values = groups.isEmpty() ? new float[0] : Ops.concat(groups, 0).floats();
      int k = 0;
      for (List<Integer> group : alike.values()) {
        for (int i : group) {
          measured[i] = values[k++];
        }
      }
    }
    return measured;
  }

  private String shape() {
    return Arrays.toString(a.shape()) + Arrays.toString(b.shape());
  }

  /** ‖b a‖_F of components of one shape, (components), on the device. */
  static Tensor norms(List<LiveComponent> alike) {
    return norms(
        Ops.stack(alike.stream().map(one -> one.b.value()).toList(), 0),
        Ops.stack(alike.stream().map(one -> one.a.value()).toList(), 0));
  }

  /**
   * ‖b a − b′a′‖_F against the last {@link #remember}, (components); infinite at first. Of
   * components of one shape, which are remembered together.
   */
  static Tensor differences(List<LiveComponent> alike) {
    if (alike.get(0).checkedA == null) {
      return Tensor.full(Double.POSITIVE_INFINITY, DType.F32, Device.CPU, alike.size());
    }
    return norms(
        Ops.stack(alike.stream().map(LiveComponent::bothB).toList(), 0),
        Ops.stack(alike.stream().map(LiveComponent::bothA).toList(), 0));
  }

  /** From √tr((bᵀb)(a aᵀ)), for b (components, out, r) and a (components, r, in). */
  private static Tensor norms(Tensor b, Tensor a) {
    Tensor left = b.transpose(1, 2).matmul(b); // (components, r, r)
    Tensor right = a.matmul(a.transpose(1, 2));
    return left.mul(right).reshape(b.size(0), -1).sum(1, false).abs().sqrt();
  }

  /** (out, 2r). */
  private Tensor bothB() {
    return Ops.concat(List.of(b.value(), checkedB.mul(-1)), 1);
  }

  /** (2r, in). */
  private Tensor bothA() {
    return Ops.concat(List.of(a.value(), checkedA), 0);
  }

  /** Writes the last check; the values themselves the optimiser has. */
  void save(State state) {
    if (checkedA != null) {
      state.put("checked-a", checkedA);
      state.put("checked-b", checkedB);
    }
  }

  /** Takes back what {@link #save} wrote. */
  void restore(State state, Device device) {
    if (state.has("checked-a")) {
      checkedA = state.tensor("checked-a", DType.F32, device, a.shape()).keep();
      checkedB = state.tensor("checked-b", DType.F32, device, b.shape()).keep();
    }
  }
}
