package dev.aroma.data;

/** Batches of token ids that no tokenizer made. */
public final class TokenBatches {
  private TokenBatches() {}

  /**
   * A batch padded on the right.
   *
   * @param mask (rows, length), 1 for a token
   * @param labels (rows, length): from some cell on the ids themselves
   */
  public static Batch of(long[] ids, long[] mask, long[] labels, int rows) {
    int length = ids.length / rows;
    int[] index = new int[rows];
    Batch batch = new Batch(index, length, 0);
    for (int row = 0; row < rows; row++) {
      index[row] = row;
      int from = row * length;
      int count = 0;
      int learned = -1;
      while (count < length && mask[from + count] == 1) {
        learned = learned < 0 && labels[from + count] != Batch.NOT_LEARNED ? count : learned;
        count++;
      }
      int[] tokens = new int[count];
      for (int i = 0; i < count; i++) {
        tokens[i] = (int) ids[from + i];
      }
      batch.fill(row, tokens, learned < 0 ? count : learned);
    }
    return batch;
  }
}
