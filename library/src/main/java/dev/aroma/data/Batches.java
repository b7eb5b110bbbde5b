package dev.aroma.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A split cut into batches of like lengths, padded to the longest of each.
 *
 * <p><b>Training:</b> all examples are shuffled, cut into buckets of {@value #BUCKET} batches, each
 * bucket is sorted by length and cut into batches, and the batches are shuffled. Every example
 * comes once an epoch; one batch may be smaller. The order depends on seed and epoch alone, so a
 * run resumes at any batch by asking for it. <b>Evaluation:</b> sorted by length, shortest first;
 * {@link Batch#index} restores the order of the split.
 *
 * <p>Batches are made when they are asked for, by any thread.
 */
public final class Batches {
  private static final int BUCKET = 50;

  private final BatchSource data;
  private final List<int[]> plan;
  private final int multiple;

  private Batches(BatchSource data, List<int[]> plan, int multiple) {
    this.data = data;
    this.plan = plan;
    this.multiple = multiple;
  }

  /**
   * One epoch of training.
   *
   * @param batchSize examples a batch, 1 or more
   * @param multiple lengths are padded to a multiple of it, up to the maximum length; 1 for none
   * @param epoch from 0
   */
  public static Batches training(
      BatchSource data, int batchSize, int multiple, long seed, int epoch) {
    check(batchSize, multiple);
    int[] lengths = data.lengths();
    Random random = new Random(mix(seed) ^ mix(~(long) epoch));
    int[] order = Shuffle.range(lengths.length, random);
    int bucket = Math.multiplyExact(batchSize, BUCKET);
    for (int from = 0; from < order.length; from += bucket) {
      sortByLength(order, from, Math.min(order.length, from + bucket), lengths);
    }
    List<int[]> batches = cut(order, batchSize);
    List<int[]> shuffled = new ArrayList<>(batches.size());
    for (int i : Shuffle.range(batches.size(), random)) {
      shuffled.add(batches.get(i));
    }
    return new Batches(data, shuffled, multiple);
  }

  /** The whole split once, for evaluation; the parameters are those of {@link #training}. */
  public static Batches evaluation(BatchSource data, int batchSize, int multiple) {
    check(batchSize, multiple);
    int[] lengths = data.lengths();
    int[] order = new int[lengths.length];
    Arrays.setAll(order, i -> i);
    sortByLength(order, 0, order.length, lengths);
    return new Batches(data, cut(order, batchSize), multiple);
  }

  /** The number of batches. */
  public int count() {
    return plan.size();
  }

  /** Batch {@code i}, from 0 to {@link #count} - 1. */
  public Batch get(int i) {
    return data.batch(plan.get(i).clone(), multiple);
  }

  /** Stable: examples of one length keep the order that they had. */
  private static void sortByLength(int[] order, int from, int to, int[] lengths) {
    int[] before = Arrays.copyOfRange(order, from, to);
    long[] keys = new long[before.length];
    Arrays.setAll(keys, i -> (long) lengths[before[i]] << 32 | i);
    Arrays.sort(keys);
    for (int i = 0; i < keys.length; i++) {
      order[from + i] = before[(int) keys[i]];
    }
  }

  private static List<int[]> cut(int[] order, int batchSize) {
    List<int[]> batches = new ArrayList<>();
    for (int from = 0; from < order.length; from += batchSize) {
      batches.add(Arrays.copyOfRange(order, from, Math.min(order.length, from + batchSize)));
    }
    return batches;
  }

  /** SplitMix64's finaliser: neighbouring seeds and epochs give unrelated orders. */
  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  private static void check(int batchSize, int multiple) {
    if (batchSize < 1 || multiple < 1) {
      throw new IllegalArgumentException(
          "expected a batch size and a multiple of 1 or more, found %d and %d"
              .formatted(batchSize, multiple));
    }
  }
}
