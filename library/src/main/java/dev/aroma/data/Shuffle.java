package dev.aroma.data;

import java.util.Random;

/**
 * Fisher and Yates' shuffle; {@link Random} is specified bit by bit, so it is the same anywhere.
 */
final class Shuffle {
  private Shuffle() {}

  /** 0 … count-1 in random order. */
  static int[] range(int count, Random random) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
