package dev.aroma.text;

import java.util.Arrays;

/**
 * One text, or a pair of them, as token ids: special tokens are there, padding is not.
 *
 * <p>The arrays are shared, not copied: an encoding is read, never written.
 */
public final class Encoding {
  private final int[] ids;
  private final int[] typeIds;
  private final boolean truncated;

  /**
   * Two arrays of one length, and whether tokens were cut off to fit.
   *
   * @throws IllegalArgumentException when the lengths differ
   */
  public Encoding(int[] ids, int[] typeIds, boolean truncated) {
    if (ids.length != typeIds.length) {
      throw new IllegalArgumentException(
          "expected as many type ids as ids, found " + typeIds.length + " and " + ids.length);
    }
    this.ids = ids;
    this.typeIds = typeIds;
    this.truncated = truncated;
  }

  /** The token ids, of length L, 1 to the tokenizer's maximum. */
  public int[] ids() {
    return ids;
  }

  /**
   * The segment of each token, of length L: 0, or 1 for the second text of a BERT pair; all 0 for
   * RoBERTa.
   */
  public int[] typeIds() {
    return typeIds;
  }

  /** Whether tokens were cut off to fit the maximum length. */
  public boolean truncated() {
    return truncated;
  }

  /** The number of tokens L, special ones included. */
  public int length() {
    return ids.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Encoding that
        && Arrays.equals(ids, that.ids)
        && Arrays.equals(typeIds, that.typeIds)
        && truncated == that.truncated;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(ids) + Arrays.hashCode(typeIds);
  }

  @Override
  public String toString() {
    return "Encoding" + Arrays.toString(ids) + (truncated ? " (truncated)" : "");
  }
}
