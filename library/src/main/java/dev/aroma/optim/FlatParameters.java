package dev.aroma.optim;

import dev.aroma.nn.Parameter;
import dev.aroma.nn.ParameterGroup;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * The trained parameters in one flat float32 buffer, their gradients in another of the same layout.
 *
 * <p>Each parameter's value becomes a view of the buffer and its gradient is accumulated into a
 * view of the other, so that an update, a norm or a reset of everything is one operation, whatever
 * the number of parameters.
 */
final class FlatParameters implements AutoCloseable {
  /** A group's place in the buffers: elements [start, start + length). */
  record Range(ParameterGroup group, long start, long length) {}

  private List<Range> ranges = new ArrayList<>();
  private final IdentityHashMap<Parameter, Long> starts = new IdentityHashMap<>();
  private final Tensor values;
  private final Tensor gradients;

  FlatParameters(List<ParameterGroup> groups, Device device) {
    long total = groups.stream().mapToLong(ParameterGroup::count).sum();
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      values = Tensor.zeros(DType.F32, device, total).keep();
      gradients = Tensor.zeros(DType.F32, device, total).keep();
      long at = 0;
      for (ParameterGroup group : groups) {
        ranges.add(new Range(group, at, group.count()));
        for (Parameter parameter : group.parameters()) {
          adopt(parameter, at);
          at += parameter.count();
        }
      }
    }
  }

  private void adopt(Parameter parameter, long start) {
    if (starts.put(parameter, start) != null) {
      throw new IllegalArgumentException("a parameter stands in two groups");
    }
    long count = parameter.count();
    Tensor view = values.narrow(0, start, count).view(parameter.shape());
    view.set(parameter.value());
    Tensor leaf = view.detach().requireGrad(true);
    leaf.grad(gradients.narrow(0, start, count).view(parameter.shape()));
    parameter.value(leaf);
  }

  List<Range> ranges() {
    return ranges;
  }

  /**
   * Takes new groups of the same parameters in the same places, if they are that: values and
   * gradients still views of the buffers. To be called within a scope.
   *
   * @return false if anything would have to move; then nothing is changed
   */
  boolean regroup(List<ParameterGroup> groups) {
    List<Range> same = new ArrayList<>();
    long at = 0;
    for (ParameterGroup group : groups) {
      same.add(new Range(group, at, group.count()));
      for (Parameter parameter : group.parameters()) {
        if (!holds(parameter, at)) {
          return false;
        }
        at += parameter.count();
      }
    }
    if (at != values.count()) {
      return false;
    }
    ranges = same;
    return true;
  }

  private boolean holds(Parameter parameter, long at) {
    Long start = starts.get(parameter);
    if (start == null || start != at) {
      return false;
    }
    Tensor value = parameter.value();
    long offset = at * DType.F32.bytes();
    return value.address() == values.address() + offset
        && value.hasGrad()
        && value.grad().address() == gradients.address() + offset;
  }

  /** Where a parameter starts in the buffers, or null if it is not here. */
  Long start(Parameter parameter) {
    return starts.get(parameter);
  }

  Tensor values() {
    return values;
  }

  Tensor gradients() {
    return gradients;
  }

  /** Gives every parameter memory of its own and frees the buffers. */
  @Override
  public void close() {
    starts.keySet().forEach(FlatParameters::release);
    values.close();
    gradients.close();
  }

  /** As {@link #close}, but parameters that have moved to another buffer are left alone. */
  void discard(FlatParameters successor) {
    starts.keySet().stream()
        .filter(p -> successor.start(p) == null)
        .forEach(FlatParameters::release);
    values.close();
    gradients.close();
  }

  private static void release(Parameter parameter) {
    if (parameter.loaded()) {
      try (Scope scope = Scope.open()) {
        parameter.value(parameter.value().detach().copy());
      }
    }
  }
}
