package dev.aroma.model.bert;

import dev.aroma.model.bert.RowKernels.Dropout;
import dev.aroma.tensor.Tensor;

/**
 * What every block of one pass over packed sequences reads.
 *
 * @param offsets int32 (sequences + 1), where each begins, and the end
 * @param firsts int32 (sequences), where the first token of each is
 * @param longest no sequence is longer
 * @param seed int64 (1), of dropout
 * @param training whether dropout is on
 * @param scratch (tokens, intermediate), for one block's passing needs after the other's: memory
 *     that was taken and given back each time would leave gaps among what is kept
 */
record PackedRun(
    Tensor offsets, Tensor firsts, int longest, Tensor seed, boolean training, Tensor scratch) {
  /** So many rows of {@link #scratch}. */
  Tensor scratch(long rows) {
    return scratch.narrow(0, 0, rows);
  }

  /** A matrix in {@link #scratch}, or in memory of its own where it is larger. */
  Tensor scratch(long rows, long columns) {
    return rows * columns <= scratch.count()
        ? scratch.view(scratch.count()).narrow(0, 0, rows * columns).view(rows, columns)
        : RowKernels.unwritten(rows, columns);
  }

  /** A probability while training, else 0. */
  double dropout(double probability) {
    return training ? probability : 0;
  }

  /** Dropout of hidden states at a place that has a number of its own. */
  Dropout dropout(double probability, int place) {
    return new Dropout(dropout(probability), seed, place);
  }
}
