package dev.aroma.train;

import dev.aroma.data.Batch;

/** Lays rows of a batch one behind another, without their padding. */
final class Sequences {
  private Sequences() {}

  /**
   * Writes the tokens of some rows: ids from index 0 on, types from {@code room}, positions from
   * twice that.
   *
   * @param from first row
   * @param to the one after the last
   * @param all of 3 · room numbers or more
   * @param room no less than the rows' tokens; what they leave stays as it is
   * @return where each row begins, and where the last one ends
   */
  static int[] lay(Batch batch, int from, int to, long[] all, int room) {
    int[] begins = new int[to - from + 1];
    for (int row = from; row < to; row++) {
      int at = begins[row - from];
      int count = tokens(batch, row, row + 1);
      int source = row * batch.length(); // padding is on the right
      System.arraycopy(batch.inputIds(), source, all, at, count);
      System.arraycopy(batch.typeIds(), source, all, room + at, count);
      count(all, 2 * room + at, count);
      begins[row - from + 1] = at + count;
    }
    return begins;
  }

  /** Writes 0, 1, 2, …: the positions of a sequence. */
  static void count(long[] all, int from, int count) {
    for (int t = 0; t < count; t++) {
      all[from + t] = t;
    }
  }

  /** Number of tokens of some rows, padding not counted. */
  static int tokens(Batch batch, int from, int to) {
    int count = 0;
    for (int i = from * batch.length(); i < to * batch.length(); i++) {
      count += (int) batch.attentionMask()[i];
    }
    return count;
  }
}
