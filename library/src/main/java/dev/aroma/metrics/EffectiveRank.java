package dev.aroma.metrics;

/**
 * Effective rank of a matrix, from its singular values (Roy and Vetterli 2007; eq. 8-9 of the AROMA
 * paper).
 *
 * <p>With σ the singular values and p<sub>i</sub> = σ<sub>i</sub> / Σσ, it is exp(−Σ p<sub>i</sub>
 * ln p<sub>i</sub>): 1 for a matrix of rank one, k for k equal singular values, and anything
 * between when some directions matter little. Never more than the rank.
 */
public final class EffectiveRank {
  private EffectiveRank() {}

  /**
   * The effective rank of a matrix with these singular values.
   *
   * @param singularValues of any count and order, none negative
   * @return the effective rank; 0 when there is no value above 0, as the zero matrix has rank 0
   * @throws IllegalArgumentException at a value that is negative or not finite
   */
  public static double of(double[] singularValues) {
    double largest = 0;
    for (double value : singularValues) {
      if (!(value >= 0) || value == Double.POSITIVE_INFINITY) {
        throw new IllegalArgumentException(
            "expected finite singular values of 0 or more, found " + value);
      }
      largest = Math.max(largest, value);
    }
    if (largest == 0) {
      return 0;
    }
    return Math.exp(entropy(singularValues, largest));
  }

  /** Dividing by the largest first keeps the sum finite and above 0 for any scale. */
  private static double entropy(double[] values, double largest) {
    double sum = 0;
    for (double value : values) {
      sum += value / largest;
    }
    double entropy = 0;
    for (double value : values) {
      double p = value / largest / sum;
      entropy -= p > 0 ? p * Math.log(p) : 0;
    }
    return entropy;
  }
}
