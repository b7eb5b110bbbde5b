package dev.aroma.train;

import dev.aroma.data.Batch;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Tensor;
import java.util.Arrays;

/**
 * The tokens of a batch that are learned, and the cells whose states are to predict them: each the
 * one before its token. A row's first token has none and is never predicted.
 */
final class Labelled {
  private final long[] cells;
  private final long[] tokens;

  private Labelled(long[] cells, long[] tokens) {
    this.cells = cells;
    this.tokens = tokens;
  }

  static Labelled of(Batch batch) {
    long[] labels = batch.tokenLabels();
    int length = batch.length();
    int count = 0;
    long[] cells = new long[labels.length];
    long[] tokens = new long[labels.length];
    for (int cell = 1; cell < labels.length; cell++) {
      if (cell % length > 0 && labels[cell] != Batch.NOT_LEARNED) {
        cells[count] = cell - 1L;
        tokens[count++] = labels[cell];
      }
    }
    return new Labelled(Arrays.copyOf(cells, count), Arrays.copyOf(tokens, count));
  }

  int count() {
    return cells.length;
  }

  /** Number b T + t of each predicting cell; read, never written. */
  long[] cells() {
    return cells;
  }

  /** What is to be predicted there; read, never written. */
  long[] tokens() {
    return tokens;
  }

  /**
   * States at the predicting cells, (count, hidden).
   *
   * @param states (batch, length, hidden)
   */
  Tensor select(Tensor states, Device device) {
    long width = states.size(2);
    return states.reshape(-1, width).rows(Tensor.of(cells, count()).toAsync(device));
  }

  /** The tokens as int64 (count). */
  Tensor labels(Device device) {
    return Tensor.of(tokens, count()).toAsync(device);
  }
}
