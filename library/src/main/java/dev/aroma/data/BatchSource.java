package dev.aroma.data;

/** A split as token ids, with its answers: what {@link Batches} are cut from. */
public interface BatchSource {
  /** The split's name. */
  String name();

  /** The number of examples. */
  int size();

  /** How many examples lost tokens to the maximum length. */
  int truncated();

  /** The number of tokens of each example, in the order of the split. */
  int[] lengths();

  /**
   * Some examples as one batch.
   *
   * @param index where they stand in the split; kept, not copied
   * @param multiple the length is rounded up to a multiple of it, up to the maximum length
   */
  Batch batch(int[] index, int multiple);
}
