package dev.aroma.model;

import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys and values of the tokens that a decoder has read, in memory that was taken before: its
 * shapes do not change while tokens come.
 *
 * <p>All rows have the same number of tokens; padding counts, but is not seen.
 */
public final class KeyValueCache implements AutoCloseable {
  /** A score low enough that softmax gives exactly 0, and finite in bfloat16 too. */
  public static final double MASKED = -1e30;

  private final int capacity;
  private final List<Tensor> keys = new ArrayList<>();
  private final List<Tensor> values = new ArrayList<>();
  private Tensor scores; // (rows, capacity): 0 for a token, MASKED for padding and for free places
  private Tensor lengths; // float32 (rows, 1): tokens without padding
  private int filled;

  /**
   * An empty cache.
   *
   * @param heads of keys and values
   * @param width of a head
   */
  public KeyValueCache(
      int layers, int rows, int heads, int capacity, int width, DType dtype, Device device) {
    this.capacity = capacity;
    try (Scope scope = Scope.open()) {
      for (int i = 0; i < layers; i++) {
        keys.add(Tensor.zeros(dtype, device, rows, heads, capacity, width).keep());
        values.add(Tensor.zeros(dtype, device, rows, heads, capacity, width).keep());
      }
      scores = Tensor.full(MASKED, dtype, device, rows, capacity).keep();
      lengths = Tensor.zeros(DType.F32, device, rows, 1).keep();
    }
  }

  /** Number of sequences. */
  public int rows() {
    return (int) lengths.size(0);
  }

  /** Most tokens of a sequence. */
  public int capacity() {
    return capacity;
  }

  /** Number of tokens in it, padding included. */
  public int filled() {
    return filled;
  }

  /** Number of tokens of each row without padding, float32 (rows, 1): the next one's position. */
  public Tensor lengths() {
    return lengths;
  }

  /** What to add to attention's scores for each place, (rows, capacity). */
  public Tensor scores() {
    return scores;
  }

  /** A layer's keys, (rows, heads, capacity, width). */
  public Tensor keys(int layer) {
    return keys.get(layer);
  }

  /** A layer's values, (rows, heads, capacity, width). */
  public Tensor values(int layer) {
    return values.get(layer);
  }

  /**
   * Writes a layer's new keys and values behind what is {@link #filled}.
   *
   * @param newKeys (rows, heads, length, width); newValues alike
   */
  public void write(int layer, Tensor newKeys, Tensor newValues) {
    long length = newKeys.size(2);
    keys.get(layer).narrow(2, filled, length).set(newKeys);
    values.get(layer).narrow(2, filled, length).set(newValues);
  }

  /**
   * Makes room for tokens, to be called before they are written.
   *
   * @param mask int64 (rows, length), 0 for padding; null where there is none
   * @throws IllegalArgumentException if there is no room
   */
  public void announce(Tensor mask, int length) {
    if (filled + length > capacity) {
      throw new IllegalArgumentException(
          "%d tokens more than the %d in a cache for %d".formatted(length, filled, capacity));
    }
    Tensor fresh = scores.narrow(1, filled, length);
    if (mask == null) {
      fresh.zero();
    } else {
      fresh.set(mask.add(-1).mul(-MASKED));
    }
  }

  /** Counts tokens that every layer has written. */
  public void advance(Tensor mask, int length) {
    filled += length;
    if (mask == null) {
      lengths.addIn(length);
    } else {
      lengths.addIn(mask.sum(1, true).to(DType.F32), 1);
    }
  }

  /**
   * Goes on with these rows, in this order; a row may come several times.
   *
   * @param rows int64 (new rows), each one of the present rows
   */
  public void select(Tensor rows) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      keys.replaceAll(tensor -> replaced(tensor, rows));
      values.replaceAll(tensor -> replaced(tensor, rows));
      scores = replaced(scores, rows);
      lengths = replaced(lengths, rows);
    }
  }

  private static Tensor replaced(Tensor tensor, Tensor rows) {
    Tensor selected = tensor.rows(rows).keep();
    tensor.close();
    return selected;
  }

  @Override
  public void close() {
    keys.forEach(Tensor::close);
    values.forEach(Tensor::close);
    scores.close();
    lengths.close();
  }
}
