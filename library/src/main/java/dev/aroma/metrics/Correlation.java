package dev.aroma.metrics;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Correlation of predicted values with true ones, in [-1, 1].
 *
 * <p><b>Constant values.</b> Where one side is constant, the coefficient is 0/0 and SciPy gives
 * NaN. Here it is 0: a model that says the same for everything has found no relation, and a run
 * that starts so can still be ranked and plotted. <b>Values that are not finite</b> are another
 * matter: then the result is NaN, because a diverged model must not look like an ignorant one.
 *
 * <p>Arrays of different lengths or with fewer than two values are refused with {@link
 * IllegalArgumentException}.
 */
public final class Correlation {
  private Correlation() {}

  /** Pearson's coefficient: covariance over the product of the standard deviations. */
  public static double pearson(double[] x, double[] y) {
    check(x, y);
    if (!finite(x) || !finite(y)) {
      return Double.NaN;
    }
    // Asked before the arithmetic: the mean of equal values may round, and noise would be divided.
    if (constant(x) || constant(y)) {
      return 0;
    }
    double meanX = mean(x);
    double meanY = mean(y);
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      double dx = x[i] - meanX;
      double dy = y[i] - meanY;
      xy += dx * dy;
      xx += dx * dx;
      yy += dy * dy;
    }
    double spread = Math.sqrt(xx) * Math.sqrt(yy);
    return spread == 0 ? 0 : Math.max(-1, Math.min(1, xy / spread));
  }

  /** Spearman's coefficient: Pearson's on ranks, equal values sharing the mean of their ranks. */
  public static double spearman(double[] x, double[] y) {
    check(x, y);
    return finite(x) && finite(y) ? pearson(ranks(x), ranks(y)) : Double.NaN;
  }

  /** Ranks from 1; equal values (also 0.0 and -0.0) get the average of the ranks they cover. */
  static double[] ranks(double[] values) {
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i] + 0.0)) // -0.0 + 0.0 is 0.0
            .mapToInt(Integer::intValue)
            .toArray();
    double[] ranks = new double[values.length];
    int start = 0;
    while (start < order.length) {
      int end = start + 1;
      while (end < order.length && values[order[end]] == values[order[start]]) {
        end++;
      }
      for (int i = start; i < end; i++) {
        ranks[order[i]] = (start + 1 + end) / 2.0;
      }
      start = end;
    }
    return ranks;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static boolean constant(double[] values) {
    for (double value : values) {
      if (value != values[0]) {
        return false;
      }
    }
    return true;
  }

  private static boolean finite(double[] values) {
    for (double value : values) {
      if (!Double.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private static void check(double[] x, double[] y) {
    if (x.length != y.length || x.length < 2) {
      throw new IllegalArgumentException(
          "expected two arrays of one length, two or more, found %d and %d values"
              .formatted(x.length, y.length));
    }
  }
}
