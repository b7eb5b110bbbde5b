package dev.aroma.model.bert;

import dev.aroma.tensor.Tensor;

/**
 * What every block of one pass over packed sequences reads.
 *
 * @param offsets int32 (sequences + 1), where each begins, and the end
 * @param longest no sequence is longer
 * @param seed int64 (1), of dropout
 * @param training whether dropout is on
 */
record PackedRun(Tensor offsets, int longest, Tensor seed, boolean training) {
  /** A probability while training, else 0. */
  double dropout(double probability) {
    return training ? probability : 0;
  }
}
