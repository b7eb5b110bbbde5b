package dev.aroma.report.page;

import java.util.Arrays;
import java.util.stream.IntStream;

/** A curve: values over rising steps. */
final class Curve {
  /** Twice as many buckets as a wide screen gives a figure pixels would show no more. */
  private static final int BUCKETS = 600;

  private final double[] x;
  private final double[] y;

  /**
   * Takes both as they are.
   *
   * @param x steps
   * @param y as many values
   */
  Curve(double[] x, double[] y) {
    this.x = x;
    this.y = y;
  }

  double[] x() {
    return x;
  }

  double[] y() {
    return y;
  }

  int size() {
    return x.length;
  }

  /**
   * A curve that looks the same on a screen: of each of so many equal parts of the steps, the
   * first, the last, the lowest and the highest point stay (M4: Jugel et al. 2014, "M4: a
   * visualization-oriented time series data aggregation"). A spike of one step stays visible.
   */
  Curve thinned() {
    return thinned(BUCKETS);
  }

  Curve thinned(int buckets) {
    if (size() <= 4 * buckets) {
      return this;
    }
    boolean[] kept = new boolean[size()];
    double width = (x[size() - 1] - x[0]) / buckets;
    for (int from = 0; from < size(); ) {
      int bucket = bucket(from, width, buckets);
      int to = from;
      while (to + 1 < size() && bucket(to + 1, width, buckets) == bucket) {
        to++;
      }
      keep(kept, from, to);
      from = to + 1;
    }
    return only(kept);
  }

  private int bucket(int point, double width, int buckets) {
    return Math.min(buckets - 1, (int) ((x[point] - x[0]) / width));
  }

  private void keep(boolean[] kept, int from, int to) {
    int low = from;
    int high = from;
    for (int i = from; i <= to; i++) {
      low = y[i] < y[low] ? i : low;
      high = y[i] > y[high] ? i : high;
    }
    kept[from] = true;
    kept[to] = true;
    kept[low] = true;
    kept[high] = true;
  }

  /**
   * A curve of a value that holds until it changes: the points where it does, the first and the
   * last, thinned if there still are many.
   */
  Curve changes() {
    boolean[] kept = new boolean[size()];
    for (int i = 0; i < size(); i++) {
      kept[i] = i == 0 || i == size() - 1 || y[i] != y[i - 1];
    }
    return only(kept).thinned();
  }

  private Curve only(boolean[] kept) {
    int[] indices = IntStream.range(0, size()).filter(i -> kept[i]).toArray();
    return new Curve(
        Arrays.stream(indices).mapToDouble(i -> x[i]).toArray(),
        Arrays.stream(indices).mapToDouble(i -> y[i]).toArray());
  }

  /** The mean of each value and those before it, {@code window} together. */
  Curve mean(int window) {
    double[] means = new double[size()];
    double sum = 0;
    for (int i = 0; i < size(); i++) {
      sum += y[i] - (i >= window ? y[i - window] : 0);
      means[i] = sum / Math.min(i + 1, window);
    }
    return new Curve(x, means);
  }
}
