package dev.aroma.model.bert;

import dev.aroma.nn.Parameter;
import dev.aroma.nn.RankBranch.Factors;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The factors of all branches in bfloat16, laid out as the products read them, and their gradients
 * as the products write them: a few operations bring all of them there and back, however many
 * layers there are.
 *
 * <p>While it is planned, layouts say which element of which factor comes where; {@link #seal} ends
 * that.
 */
final class FactorBank implements AutoCloseable {
  /** Where each element of a flat tensor comes from in another, and what it is multiplied by. */
  private static final class Selection {
    private long[] index = new long[1 << 12];
    private float[] factor = new float[1 << 12];
    private int size;

    void add(long from, double times) {
      if (size == index.length) {
        index = Arrays.copyOf(index, 2 * size);
        factor = Arrays.copyOf(factor, 2 * size);
      }
      index[size] = from;
      factor[size++] = (float) times;
    }
  }

  private final Map<Parameter, Long> starts = new HashMap<>();
  private final List<Tensor> kept = new ArrayList<>();
  private final Tensor values; // float32 (n), all factors as the optimiser holds them
  private final Tensor gradients; // float32 (n)
  private final Selection reads = new Selection(); // bank ← values
  private final Selection tails = new Selection(); // beside the weights ← values
  private final Selection places = new Selection(); // where those elements are
  private final long[] sources; // gradients ← products
  private final float[] factors;
  private long produced;
  private Tensor bank; // bfloat16
  private Tensor products; // bfloat16
  private Tensor readIndex; // from here on as planned, on the device
  private Tensor readFactor;
  private Tensor tailIndex;
  private Tensor tailFactor;
  private Tensor tailPlace;
  private Tensor writeIndex;
  private Tensor writeFactor;

  /**
   * Begins a plan.
   *
   * @param branches all of them; their parameters and gradients lie one behind another in memory
   */
  FactorBank(List<Factors> branches) {
    List<Parameter> parameters = new ArrayList<>();
    branches.forEach(one -> parameters.addAll(List.of(one.a(), one.b())));
    List<Tensor> all = parameters.stream().map(Parameter::value).toList();
    values = keep(Tensor.joined(all));
    gradients = keep(Tensor.joined(all.stream().map(Tensor::grad).toList()));
    long origin = values.address();
    for (Parameter parameter : parameters) {
      starts.put(parameter, (parameter.value().address() - origin) / DType.F32.bytes());
    }
    sources = new long[(int) values.count()];
    factors = new float[(int) values.count()];
  }

  private Tensor keep(Tensor tensor) {
    kept.add(tensor.detach().keep());
    return kept.get(kept.size() - 1);
  }

  /** Whether these parameters, and their gradients, still lie where they did. */
  boolean holds(List<Factors> branches) {
    return branches.stream().allMatch(one -> holds(one.a()) && holds(one.b()));
  }

  private boolean holds(Parameter parameter) {
    Long start = starts.get(parameter);
    if (start == null || !parameter.loaded()) {
      return false;
    }
    Tensor value = parameter.value();
    return value.address() == values.address() + start * DType.F32.bytes()
        && value.hasGrad()
        && value.grad().address() == gradients.address() + start * DType.F32.bytes();
  }

  /** Where an element of a factor stands. */
  private long at(Parameter parameter, long row, long column) {
    return starts.get(parameter) + row * parameter.shape()[1] + column;
  }

  /**
   * Rows of a planned matrix: those of a factor, or its columns.
   *
   * @param across whether they are its columns
   */
  record Rows(Parameter parameter, long count, boolean across, double scale) {}

  /**
   * Plans a matrix of the bank: so many rows, the first of them from factors, the rest zero.
   *
   * @return where it begins
   */
  long plan(List<Rows> rows, long height, long width) {
    long start = reads.size;
    for (Rows some : rows) {
      for (long r = 0; r < some.count(); r++) {
        for (long c = 0; c < width; c++) {
          long i = some.across() ? at(some.parameter(), c, r) : at(some.parameter(), r, c);
          reads.add(i, some.scale());
        }
      }
    }
    while (reads.size < start + height * width) {
      reads.add(0, 0);
    }
    return start;
  }

  /** Plans an element beside the weights: factor (row, column) at a place of their memory. */
  void planTail(long place, Parameter parameter, long row, long column, double scale) {
    places.add(place, 1);
    tails.add(at(parameter, row, column), scale);
  }

  /** Plans room for a product of so many elements; returns where it begins. */
  long planProduct(long elements) {
    long start = produced;
    produced += elements;
    return start;
  }

  /** Plans where the gradient of a factor's element comes from. */
  void planGradient(Parameter parameter, long row, long column, long product, double scale) {
    int i = (int) at(parameter, row, column);
    sources[i] = product;
    factors[i] = (float) scale;
  }

  /** Ends the plan and takes the memory. */
  void seal() {
    readIndex = onDevice(reads.index, reads.size);
    readFactor = onDevice(reads.factor, reads.size);
    tailIndex = onDevice(tails.index, tails.size);
    tailFactor = onDevice(tails.factor, tails.size);
    tailPlace = onDevice(places.index, places.size);
    writeIndex = onDevice(sources, sources.length);
    writeFactor = onDevice(factors, factors.length);
    bank = keep(Tensor.zeros(DType.BF16, Device.CUDA, reads.size));
    products = keep(Tensor.zeros(DType.BF16, Device.CUDA, Math.max(1, produced)));
  }

  private Tensor onDevice(long[] all, int size) {
    return keep(Tensor.of(Arrays.copyOf(all, size), size).to(Device.CUDA));
  }

  private Tensor onDevice(float[] all, int size) {
    return keep(Tensor.of(Arrays.copyOf(all, size), size).to(Device.CUDA));
  }

  /** A planned matrix, of the present factors after {@link #gather}. */
  Tensor matrix(long start, long height, long width) {
    return keep(bank.narrow(0, start, height * width).view(height, width));
  }

  /** Room for a product. */
  Tensor product(long start, long height, long width) {
    return keep(products.narrow(0, start, height * width).view(height, width));
  }

  /**
   * Reads the factors as they are now.
   *
   * @param weights bfloat16, flat, whose planned elements are written too
   */
  void gather(Tensor weights) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      bank.set(values.rows(readIndex).mulIn(readFactor));
      if (tailPlace.count() > 0) {
        Tensor some = values.rows(tailIndex).mulIn(tailFactor).to(DType.BF16);
        weights.setRows(tailPlace, some);
      }
    }
  }

  /** Adds what the products hold to the factors' gradients. */
  void scatter() {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      gradients.addProductIn(products.rows(writeIndex).to(DType.F32), writeFactor, 1);
    }
  }

  @Override
  public void close() {
    kept.forEach(Tensor::close);
  }
}
