package dev.aroma.bench;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Whether samples, taken evenly over time, grow. Medians and a median of slopes, since an allocator
 * that keeps what it was given back makes single samples, and above all the highest one, a matter
 * of chance. The first quarter does not count: caches and compiled code fill in it.
 *
 * @param early the median of the second quarter
 * @param late the median of the last quarter
 * @param drift what the slope of the second half (Theil and Sen's: the median over all pairs) adds
 *     up to over that half
 */
record Growth(double early, double late, double drift) {
  /** Growth below this part of what is there counts as noise. */
  static final double NOISE = 0.03;

  private static final int FEWEST = 8;

  /**
   * Of samples at even distances.
   *
   * @throws IllegalArgumentException if there are fewer than eight
   */
  static Growth of(double... samples) {
    int n = samples.length;
    if (n < FEWEST) {
      throw new IllegalArgumentException("expected 8 or more samples, found " + n);
    }
    return new Growth(
        median(Arrays.copyOfRange(samples, n / 4, n / 2)),
        median(Arrays.copyOfRange(samples, n - n / 4, n)),
        slope(Arrays.copyOfRange(samples, n / 2, n)) * (n - n / 2));
  }

  /** How much more the last quarter has than the second one, as a part of that. */
  double change() {
    return (late - early) / early;
  }

  /** Whether neither the medians nor the slope show more growth than noise. */
  boolean flat() {
    return change() <= NOISE && drift <= NOISE * early;
  }

  private static double slope(double... values) {
    return median(
        IntStream.range(0, values.length)
            .boxed()
            .flatMapToDouble(
                i ->
                    IntStream.range(i + 1, values.length)
                        .mapToDouble(j -> (values[j] - values[i]) / (j - i)))
            .toArray());
  }

  private static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
