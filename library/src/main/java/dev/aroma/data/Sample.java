package dev.aroma.data;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Random samples that are the same on every machine and for every seed of a run. */
final class Sample {
  private Sample() {}

  /**
   * At most {@code limit} of them in the same order; all of them for 0. A smaller sample is part of
   * a larger one.
   */
  static <T> List<T> of(List<T> all, int limit) {
    if (limit == 0 || limit >= all.size()) {
      return all;
    }
    int[] order = Shuffle.range(all.size(), new Random(0));
    int[] chosen = Arrays.copyOf(order, limit);
    Arrays.sort(chosen);
    return Arrays.stream(chosen).mapToObj(all::get).toList();
  }
}
