package dev.aroma.metrics;

import java.util.Arrays;

/**
 * Scores of predicted classes against true ones.
 *
 * <p>Both arrays hold class indices, 0 and up, example by example. Empty arrays, arrays of
 * different lengths and negative classes are refused with {@link IllegalArgumentException}. The
 * definitions are scikit-learn's, which GLUE uses.
 */
public final class Classification {
  private Classification() {}

  /** The share of examples whose class is right, in [0, 1]. */
  public static double accuracy(int[] labels, int[] predictions) {
    check(labels, predictions);
    int right = 0;
    for (int i = 0; i < labels.length; i++) {
      right += labels[i] == predictions[i] ? 1 : 0;
    }
    return (double) right / labels.length;
  }

  /**
   * Binary F1 of class 1, the harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN), in
   * [0, 1]. Every class but 1 counts as negative. 0 when class 1 is neither there nor predicted.
   */
  public static double f1(int[] labels, int[] predictions) {
    check(labels, predictions);
    int both = 0;
    int either = 0;
    for (int i = 0; i < labels.length; i++) {
      both += labels[i] == 1 && predictions[i] == 1 ? 2 : 0;
      either += (labels[i] == 1 ? 1 : 0) + (predictions[i] == 1 ? 1 : 0);
    }
    return either == 0 ? 0 : (double) both / either;
  }

  /**
   * Matthews' correlation coefficient for any number of classes (Gorodkin 2004), in [-1, 1].
   *
   * <p>With s examples of which c are right, t<sub>k</sub> true and p<sub>k</sub> predicted ones of
   * class k: (c s − Σ p<sub>k</sub> t<sub>k</sub>) / √((s² − Σ p<sub>k</sub>²)(s² − Σ
   * t<sub>k</sub>²)). 0 when either side holds one class only: there is nothing to correlate.
   */
  public static double matthews(int[] labels, int[] predictions) {
    int classes = check(labels, predictions);
    double[] actual = new double[classes];
    double[] predicted = new double[classes];
    double right = 0;
    for (int i = 0; i < labels.length; i++) {
      actual[labels[i]]++;
      predicted[predictions[i]]++;
      right += labels[i] == predictions[i] ? 1 : 0;
    }
    double all = labels.length;
    double spread = (all * all - dot(predicted, predicted)) * (all * all - dot(actual, actual));
    return spread == 0 ? 0 : (right * all - dot(predicted, actual)) / Math.sqrt(spread);
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  /** Returns one more than the largest class. */
  private static int check(int[] labels, int[] predictions) {
    if (labels.length != predictions.length || labels.length == 0) {
      throw new IllegalArgumentException(
          "expected as many predictions as labels, and at least one, found %d labels and %d predictions"
              .formatted(labels.length, predictions.length));
    }
    int lowest =
        Math.min(Arrays.stream(labels).min().orElse(0), Arrays.stream(predictions).min().orElse(0));
    if (lowest < 0) {
      throw new IllegalArgumentException("expected classes of 0 and up, found " + lowest);
    }
    return 1
        + Math.max(
            Arrays.stream(labels).max().orElse(0), Arrays.stream(predictions).max().orElse(0));
  }
}
