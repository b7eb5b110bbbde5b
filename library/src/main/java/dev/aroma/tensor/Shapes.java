package dev.aroma.tensor;

import java.util.Arrays;

/** Arithmetic and messages about shapes. */
final class Shapes {
  private Shapes() {}

  static long count(long[] shape) {
    long count = 1;
    for (long size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException("negative size in shape " + Arrays.toString(shape));
      }
      count = Math.multiplyExact(count, size);
    }
    return count;
  }

  /** A null or a wrong shape is a crash or a C++ trace further down: it is refused here. */
  static void check(boolean holds, String what, Object... details) {
    if (!holds) {
      throw new IllegalArgumentException(what.formatted(details));
    }
  }
}
