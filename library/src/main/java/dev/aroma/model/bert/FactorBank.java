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
  /** Indices into one flat tensor, and a factor for each element. */
  private static final class Map1 {
    long[] index = new long[1 << 12];
    float[] factor = new float[1 << 12];
    int size;

    void add(long i, double f) {
      if (size == index.length) {
        index = Arrays.copyOf(index, 2 * size);
        factor = Arrays.copyOf(factor, 2 * size);
      }
      index[size] = i;
      factor[size++] = (float) f;
    }

    Tensor indices() {
      return Tensor.of(Arrays.copyOf(index, size), size).to(Device.CUDA).keep();
    }

    Tensor factors() {
      return Tensor.of(Arrays.copyOf(factor, size), size).to(Device.CUDA).keep();
    }
  }

  private final Map<Parameter, Long> starts = new HashMap<>();
  private final List<Tensor> kept = new ArrayList<>();
  private final Tensor values; // float32 (n), all factors as the optimiser holds them
  private final Tensor gradients; // float32 (n)
  private final Map1 reads = new Map1(); // bank ← values
  private final Map1 tails = new Map1(); // columns of joint weights ← values
  private final List<Long> tailPlaces = new ArrayList<>();
  private final Map1 writes = new Map1(); // gradients ← products
  private final long count;
  private long produced;
  private Tensor bank;
  private Tensor products;

  /**
   * Begins a plan.
   *
   * @param factors all branches; their parameters and gradients lie one behind another in memory
   */
  FactorBank(List<Factors> factors) {
    List<Parameter> parameters = new ArrayList<>();
    factors.forEach(one -> parameters.addAll(List.of(one.a(), one.b())));
    List<Tensor> all = parameters.stream().map(Parameter::value).toList();
    values = keep(Tensor.joined(all));
    gradients = keep(Tensor.joined(all.stream().map(Tensor::grad).toList()));
    count = values.count();
    long origin = values.address();
    for (Parameter parameter : parameters) {
      starts.put(parameter, (parameter.value().address() - origin) / DType.F32.bytes());
    }
    writes.index = new long[(int) count];
    writes.factor = new float[(int) count];
    writes.size = (int) count;
  }

  private Tensor keep(Tensor tensor) {
    kept.add(tensor.detach().keep());
    return kept.get(kept.size() - 1);
  }

  /** Where an element of a factor stands. */
  private long at(Parameter parameter, long row, long column) {
    return starts.get(parameter) + row * parameter.shape()[1] + column;
  }

  /**
   * Plans a matrix of the bank: so many rows, the first of them from factors.
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

  /**
   * Rows of a planned matrix: those of a factor, or its columns.
   *
   * @param across whether they are its columns
   */
  record Rows(Parameter parameter, long count, boolean across, double scale) {}

  /** Plans an element of the joint weights: factor (row, column) at a place of their memory. */
  void planTail(long place, Parameter parameter, long row, long column, double scale) {
    tailPlaces.add(place);
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
    writes.index[i] = product;
    writes.factor[i] = (float) scale;
  }

  private Tensor readIndex;
  private Tensor readFactor;
  private Tensor tailIndex;
  private Tensor tailFactor;
  private Tensor tailPlace;
  private Tensor writeIndex;
  private Tensor writeFactor;

  /** Ends the plan and takes the memory. */
  void seal() {
    readIndex = keep(reads.indices());
    readFactor = keep(reads.factors());
    tailIndex = keep(tails.indices());
    tailFactor = keep(tails.factors());
    long[] places = tailPlaces.stream().mapToLong(Long::longValue).toArray();
    tailPlace = keep(Tensor.of(places, places.length).to(Device.CUDA));
    writeIndex = keep(writes.indices());
    writeFactor = keep(writes.factors());
    bank = keep(Tensor.zeros(DType.BF16, Device.CUDA, reads.size));
    products = keep(Tensor.zeros(DType.BF16, Device.CUDA, Math.max(1, produced)));
  }

  /** A planned matrix, of the present factors after {@link #gather}. */
  Tensor matrix(long start, long height, long width) {
    return keep(bank.narrow(0, start, height * width).view(height, width));
  }

  /** Room for a product. */
  Tensor product(long start, long height, long width) {
    return keep(products.narrow(0, start, height * width).view(height, width));
  }

  /** Reads the factors as they are now. */
  void gather(Tensor jointWeights) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      bank.set(values.rows(readIndex).mulIn(readFactor));
      if (tailPlace.count() > 0) {
        Tensor some = values.rows(tailIndex).mulIn(tailFactor).to(DType.BF16);
        jointWeights.setRows(tailPlace, some);
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
