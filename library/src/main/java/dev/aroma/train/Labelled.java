package dev.aroma.train;

import dev.aroma.data.Batch;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Tensor;
import java.util.Arrays;

/**
 * The tokens of a batch that are learned, and the cells whose states are to predict them: each the
 * one before its token. A row's first token has none and is never predicted.
 *
 * @param cells number b T + t of the predicting cell
 * @param tokens what is to be predicted there
 */
record Labelled(long[] cells, long[] tokens) {
  static Labelled of(Batch batch) {
    long[] labels = batch.tokenLabels();
    int length = batch.length();
    int count = 0;
    long[] cells = new long[labels.length];
    long[] tokens = new long[labels.length];
    for (int cell = 0; cell < labels.length; cell++) {
      if (cell % length > 0 && labels[cell] != Batch.NOT_LEARNED) {
        cells[count] = cell - 1;
        tokens[count++] = labels[cell];
      }
    }
    return new Labelled(Arrays.copyOf(cells, count), Arrays.copyOf(tokens, count));
  }

  int count() {
    return cells.length;
  }

  /**
   * States at the predicting cells, (count, hidden).
   *
   * @param states (batch, length, hidden)
   */
  Tensor select(Tensor states, Device device) {
    long width = states.size(2);
    return states.reshape(-1, width).rows(Tensor.of(cells, count()).to(device));
  }

  /** The tokens as int64 (count). */
  Tensor labels(Device device) {
    return Tensor.of(tokens, count()).to(device);
  }
}
