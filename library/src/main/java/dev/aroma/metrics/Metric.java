package dev.aroma.metrics;

/**
 * A score that a task is judged by: its name in reports and the function behind it. More is better
 * for all of them.
 *
 * <p>A metric judges either classes or values, see {@link #ofClasses()}; the other {@code score}
 * refuses with {@link IllegalArgumentException}.
 */
public enum Metric {
  /** Share of right classes, in [0, 1]. */
  ACCURACY("accuracy", true),
  /** Binary F1 of class 1, in [0, 1]. */
  F1("f1", true),
  /** Matthews' correlation of classes, in [-1, 1]. */
  MATTHEWS("matthews", true),
  /** Pearson's correlation of values, in [-1, 1]; 0 for constant predictions. */
  PEARSON("pearson", false),
  /** Spearman's rank correlation of values, in [-1, 1]; 0 for constant predictions. */
  SPEARMAN("spearman", false);

  private final String title;
  private final boolean ofClasses;

  Metric(String title, boolean ofClasses) {
    this.title = title;
    this.ofClasses = ofClasses;
  }

  /** The name in reports and result files, such as {@code accuracy}. */
  public String title() {
    return title;
  }

  /** Whether it judges predicted classes; otherwise it judges predicted values (regression). */
  public boolean ofClasses() {
    return ofClasses;
  }

  /** Scores predicted class indices against the true ones. */
  public double score(int[] labels, int[] predictions) {
    return switch (this) {
      case ACCURACY -> Classification.accuracy(labels, predictions);
      case F1 -> Classification.f1(labels, predictions);
      case MATTHEWS -> Classification.matthews(labels, predictions);
      case PEARSON, SPEARMAN ->
          throw new IllegalArgumentException(title + " judges values, found classes");
    };
  }

  /** Scores predicted values against the true ones. */
  public double score(double[] targets, double[] predictions) {
    return switch (this) {
      case PEARSON -> Correlation.pearson(targets, predictions);
      case SPEARMAN -> Correlation.spearman(targets, predictions);
      case ACCURACY, F1, MATTHEWS ->
          throw new IllegalArgumentException(title + " judges classes, found values");
    };
  }
}
