package dev.aroma.model.bert;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Something costly for each length, where there are not too many, else for those that come often.
 */
final class FrequentLengths<T extends AutoCloseable> {
  /** What takes the place of another must have come twice as often as that, and so often more. */
  static final int AHEAD = 8;

  /** Calls after which what was counted before counts half. */
  private static final int HALF_LIFE = 4096;

  private final int most;
  private final IntFunction<T> make;
  private final int[] counts; // by length
  private final Map<Integer, T> kept = new HashMap<>();
  private int calls;

  /**
   * None as yet.
   *
   * @param longest length
   * @param most that are kept
   */
  FrequentLengths(int longest, int most, IntFunction<T> make) {
    this.most = most;
    this.make = make;
    this.counts = new int[longest + 1];
  }

  /** That of a length which comes now; none if there is no room and it is not frequent. */
  Optional<T> of(int length) {
    count(length);
    if (!kept.containsKey(length) && roomFor(length)) {
      kept.put(length, make.apply(length));
    }
    return Optional.ofNullable(kept.get(length));
  }

  private void count(int length) {
    if (++calls % HALF_LIFE == 0) {
      Arrays.setAll(counts, i -> counts[i] / 2);
    }
    counts[length]++;
  }

  private boolean roomFor(int length) {
    if (kept.size() < most) {
      return true;
    }
    int rarest =
        kept.keySet().stream().min(Comparator.comparingInt(other -> counts[other])).orElseThrow();
    boolean worth = counts[length] > 2 * counts[rarest] + AHEAD;
    if (worth) {
      close(kept.remove(rarest));
    }
    return worth;
  }

  /** Closes all that are kept. */
  void clear() {
    kept.values().forEach(FrequentLengths::close);
    kept.clear();
  }

  private static void close(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
