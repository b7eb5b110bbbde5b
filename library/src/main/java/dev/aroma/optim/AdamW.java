package dev.aroma.optim;

import dev.aroma.nn.Parameter;
import dev.aroma.nn.ParameterGroup;
import dev.aroma.nn.State;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.function.ToDoubleFunction;

/**
 * AdamW (Loshchilov and Hutter 2019, algorithm 2) over one flat buffer:
 *
 * <pre>
 * m ← β1 m + (1 − β1) g,   v ← β2 v + (1 − β2) g²
 * p ← p − lr λ p − lr / (1 − β1ᵗ) · m / (√v / √(1 − β2ᵗ) + ε)
 * </pre>
 *
 * with t counted for each group since its last reset. The same numbers as torch.optim.AdamW.
 */
public final class AdamW implements AutoCloseable {
  /**
   * Constants of the update.
   *
   * @param beta1 decay of the mean of gradients, in [0, 1)
   * @param beta2 decay of the mean of their squares, in [0, 1)
   * @param epsilon added to the denominator
   */
  public record Settings(double beta1, double beta2, double epsilon) {
    /** The usual ones: 0.9, 0.999, 1e-8. */
    public static final Settings DEFAULT = new Settings(0.9, 0.999, 1e-8);
  }

  private final Settings settings;
  private final Device device;
  private final Map<String, Integer> steps = new HashMap<>();
  private FlatParameters flat;
  private Tensor mean;
  private Tensor square;
  private Tensor remembered;

  /**
   * Takes the parameters into the flat buffer and starts with empty moments.
   *
   * @param groups each parameter in one group only; all have values
   */
  public AdamW(Settings settings, List<ParameterGroup> groups, Device device) {
    this.settings = settings;
    this.device = device;
    flat = new FlatParameters(groups, device);
    mean = zeros();
    square = zeros();
  }

  private Tensor zeros() {
    return Tensor.zeros(DType.F32, device, flat.values().count()).keep();
  }

  /** Number of elements that are being trained. */
  public long count() {
    return flat.values().count();
  }

  /** Clears all gradients. */
  public void zeroGradients() {
    flat.gradients().zero();
  }

  /** Scales all gradients. */
  public void scaleGradients(double factor) {
    flat.gradients().mulIn(factor);
  }

  /**
   * The global Euclidean norm of the gradients, on the device; scales them down to a largest norm.
   *
   * @param largest from 0; infinity only measures
   * @return float32 scalar, the norm before scaling
   */
  public Tensor clipGradients(double largest) {
    Tensor norm = flat.gradients().norm();
    if (largest < Double.POSITIVE_INFINITY) {
      flat.gradients().mulIn(Tensor.full(largest, DType.F32, device).div(norm.add(1e-6)).atMost(1));
    }
    return norm;
  }

  /**
   * One update of every group.
   *
   * @param rate learning rate of a group, by its name
   */
  public void step(ToDoubleFunction<ParameterGroup> rate) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      for (FlatParameters.Range range : flat.ranges()) {
        update(range, rate.applyAsDouble(range.group()));
      }
    }
  }

  private void update(FlatParameters.Range range, double rate) {
    if (range.length() == 0) {
      return;
    }
    int t = steps.merge(range.group().name(), 1, Integer::sum);
    Tensor p = slice(flat.values(), range);
    Tensor g = slice(flat.gradients(), range);
    Tensor m = slice(mean, range).lerpIn(g, 1 - settings.beta1());
    Tensor v = slice(square, range).mulIn(settings.beta2());
    v.addProductIn(g, g, 1 - settings.beta2());
    if (range.group().weightDecay() > 0) {
      p.mulIn(1 - rate * range.group().weightDecay());
    }
    double scale = Math.sqrt(1 - Math.pow(settings.beta2(), t));
    Tensor denominator = v.sqrt().mulIn(1 / scale).addIn(settings.epsilon());
    p.addQuotientIn(m, denominator, -rate / (1 - Math.pow(settings.beta1(), t)));
  }

  private static Tensor slice(Tensor buffer, FlatParameters.Range range) {
    return buffer.narrow(0, range.start(), range.length());
  }

  /**
   * Trains other groups from now on. Parameters that stay keep their moments; those that go keep
   * their last value in memory of their own. Where the groups have the same parameters in the same
   * order as before, nothing moves: whoever knows where a value or gradient lies finds it there.
   *
   * @param groups each parameter in one group only; all have values. Gradients are to be cleared
   *     before, by {@link #zeroGradients}
   */
  public void regroup(List<ParameterGroup> groups) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      if (flat.regroup(groups)) {
        return;
      }
      forget();
      FlatParameters before = flat;
      Tensor oldMean = mean;
      Tensor oldSquare = square;
      flat = new FlatParameters(groups, device);
      mean = zeros();
      square = zeros();
      for (ParameterGroup group : groups) {
        for (Parameter parameter : group.parameters()) {
          carry(parameter, before, oldMean, mean);
          carry(parameter, before, oldSquare, square);
        }
      }
      oldMean.close();
      oldSquare.close();
      before.discard(flat);
    }
  }

  private void carry(Parameter parameter, FlatParameters before, Tensor from, Tensor to) {
    Long old = before.start(parameter);
    if (old != null) {
      long count = parameter.count();
      to.narrow(0, flat.start(parameter), count).set(from.narrow(0, old, count));
    }
  }

  /** Forgets a group's moments and step count: its next update is a first one. */
  public void reset(String group) {
    steps.remove(group);
    for (FlatParameters.Range range : flat.ranges()) {
      if (range.group().name().equals(group)) {
        slice(mean, range).zero();
        slice(square, range).zero();
      }
    }
  }

  /**
   * Keeps a random part of a group's moments and zeroes the rest (ReLoRA, Lialin et al. 2023); the
   * step count goes on.
   *
   * @param mask for a number of elements, a float32 tensor of zeros and ones
   */
  public void prune(String group, LongFunction<Tensor> mask) {
    try (Scope scope = Scope.open()) {
      for (FlatParameters.Range range : flat.ranges()) {
        if (range.group().name().equals(group)) {
          Tensor kept = mask.apply(range.length()).to(device);
          slice(mean, range).mulIn(kept); // one mask: a mean without its square is a huge step
          slice(square, range).mulIn(kept);
        }
      }
    }
  }

  /** Takes a copy of all values to come back to. */
  public void remember() {
    if (remembered == null || remembered.count() != flat.values().count()) {
      forget();
      remembered = zeros();
    }
    remembered.set(flat.values());
  }

  /** Sets all values to the copy that was taken last. */
  public void recall() {
    try (NoGrad guard = NoGrad.open()) {
      flat.values().set(remembered);
    }
  }

  /** Writes values, moments and step counts: all that further updates depend on. */
  public void save(State state) {
    for (FlatParameters.Range range : flat.ranges()) {
      state.put("elements." + range.group().name(), range.length());
    }
    steps.forEach((group, count) -> state.put("steps." + group, count));
    state.put("values", flat.values());
    state.put("mean", mean);
    state.put("square", square);
    if (remembered != null) {
      state.put("remembered", remembered);
    }
  }

  /** Takes back what {@link #save} wrote, for the groups that it has now. */
  public void restore(State state) {
    steps.clear();
    for (FlatParameters.Range range : flat.ranges()) {
      String group = range.group().name();
      if (state.whole("elements." + group, Long.MAX_VALUE) != range.length()) {
        throw state.wrong(
            "elements." + group, range.length() + "", state.number("elements." + group) + "");
      }
      if (state.has("steps." + group)) {
        steps.put(group, state.count("steps." + group));
      }
    }
    state.read("values", flat.values());
    state.read("mean", mean);
    state.read("square", square);
    if (state.has("remembered")) {
      remember();
      state.read("remembered", remembered);
    }
  }

  private void forget() {
    if (remembered != null) {
      remembered.close();
      remembered = null;
    }
  }

  /** Gives the parameters memory of their own and frees the buffers. */
  @Override
  public void close() {
    forget();
    flat.close();
    mean.close();
    square.close();
  }
}
