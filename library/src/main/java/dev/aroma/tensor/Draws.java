package dev.aroma.tensor;

/**
 * While open, what dropout keeps on the CPU is drawn on this thread from a seed of its own, not
 * from libtorch's generator, which all threads share: so it does not depend on what they do.
 */
public final class Draws implements AutoCloseable {
  private static final ThreadLocal<Draws> PRESENT = new ThreadLocal<>();

  private final Draws before = PRESENT.get();
  private final long seed;
  private long count;

  private Draws(long seed) {
    this.seed = seed;
  }

  /** Draws from a seed until closed; they nest. */
  public static Draws from(long seed) {
    Draws draws = new Draws(seed);
    PRESENT.set(draws);
    return draws;
  }

  /** Whether one is open on this thread. */
  static boolean present() {
    return PRESENT.get() != null;
  }

  /** 64 bits from the one that is open. */
  static long next() {
    Draws present = PRESENT.get();
    return Rng.at(present.seed, present.count++);
  }

  @Override
  public void close() {
    PRESENT.set(before);
  }
}
