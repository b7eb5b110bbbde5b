package dev.aroma.io;

import java.util.Arrays;

/**
 * One module's low-rank update: the weight gains {@code alpha / rank · B A}; with DoRA its rows are
 * then scaled to given norms.
 *
 * @param module the full path in the model: {@code roberta.encoder.layer.0.attention.self.query}
 * @param a (r, n), where n is the weight's inputs; r is 0 for a module that got no rank
 * @param b (m, r), where m is the weight's outputs
 * @param alpha the numerator of the scale
 * @param magnitude DoRA's norms of the rows, (m); null for plain LoRA
 */
public record LoraFactors(
    String module, RawTensor a, RawTensor b, double alpha, RawTensor magnitude) {
  private static final double LARGEST_ALPHA = 1e30;

  /** Wants two matrices whose inner sizes agree. */
  public LoraFactors {
    boolean matrices = a.shape().length == 2 && b.shape().length == 2;
    if (!matrices || a.shape()[0] != b.shape()[1]) {
      throw new IllegalArgumentException(module + ": " + a + " and " + b + " are no factors");
    }
  }

  /** A plain update, without magnitudes. */
  public LoraFactors(String module, RawTensor a, RawTensor b, double alpha) {
    this(module, a, b, alpha, null);
  }

  /**
   * Factors from arrays.
   *
   * @param a row-major (rank, inputs)
   * @param b row-major (outputs, rank)
   */
  public static LoraFactors of(
      String module, int rank, int outputs, int inputs, float[] a, float[] b, double alpha) {
    return new LoraFactors(
        module,
        RawTensor.ofFloats("a", a, rank, inputs),
        RawTensor.ofFloats("b", b, outputs, rank),
        alpha);
  }

  /** An alpha from a config; the scale that it makes must fit a float. */
  public static double alpha(JsonConfig config, String key) {
    return config.requireDouble(key, -LARGEST_ALPHA, LARGEST_ALPHA);
  }

  /** r, the inner size of the two factors. */
  public int rank() {
    return Math.toIntExact(a.shape()[0]);
  }

  /** m, the rows of B. */
  public int outputs() {
    return Math.toIntExact(b.shape()[0]);
  }

  /** n, the columns of A. */
  public int inputs() {
    return Math.toIntExact(a.shape()[1]);
  }

  /** alpha / rank; 0 for rank 0, where there is nothing to scale. */
  public double scale() {
    return rank() == 0 ? 0 : alpha / rank();
  }

  /**
   * The same update at a larger rank and another scale: zero rows in A, zero columns in B, and B
   * makes up for the scale.
   */
  LoraFactors padded(int wider, double scale) {
    float[] wideA = Arrays.copyOf(a.toFloats(), Math.multiplyExact(wider, inputs()));
    float[] narrow = b.toFloats();
    float[] wideB = new float[Math.multiplyExact(outputs(), wider)];
    double factor = scale() == scale ? 1 : scale() / scale;
    for (int row = 0; row < outputs(); row++) {
      for (int k = 0; k < rank(); k++) {
        wideB[row * wider + k] = (float) (narrow[row * rank() + k] * factor);
      }
    }
    LoraFactors wide = of(module, wider, outputs(), inputs(), wideA, wideB, scale * wider);
    return new LoraFactors(module, wide.a(), wide.b(), wide.alpha(), magnitude);
  }
}
