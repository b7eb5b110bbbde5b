package dev.aroma.tensor;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The source of initial values: seeded, and the same on every device and platform.
 *
 * <p>Names separate streams, so that what one module draws does not depend on how many others there
 * are: {@code rng.stream("roberta.encoder.layer.0.attention.self.query#3")}.
 */
public final class Rng {
  private final long seed;
  private final RandomGenerator generator;

  /**
   * Starts a stream.
   *
   * @param seed any number; the same seed gives the same values
   */
  public Rng(long seed) {
    this.seed = seed;
    this.generator = new SplittableRandom(mix(seed));
  }

  /** An independent stream that depends on this one's seed and on the name alone. */
  public Rng stream(String name) {
    long hash = 0xcbf29ce484222325L; // FNV-1a: String.hashCode has only 32 bits
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    }
    return new Rng(mix(seed) ^ hash);
  }

  /** A number from U(0, 1). */
  public double uniform() {
    return generator.nextDouble();
  }

  /** Float32 values from U(low, high), on the CPU. */
  public Tensor uniform(double low, double high, long... shape) {
    float[] values = new float[Math.toIntExact(Shapes.count(shape))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (low + (high - low) * generator.nextDouble());
    }
    return Tensor.of(values, shape);
  }

  /** Float32 values from N(0, deviation²), on the CPU. */
  public Tensor normal(double deviation, long... shape) {
    float[] values = new float[Math.toIntExact(Shapes.count(shape))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * generator.nextGaussian());
    }
    return Tensor.of(values, shape);
  }

  /** Float32 ones with a probability, else zeros, on the CPU. */
  public Tensor chance(double probability, long... shape) {
    float[] values = new float[Math.toIntExact(Shapes.count(shape))];
    for (int i = 0; i < values.length; i++) {
      values[i] = generator.nextDouble() < probability ? 1 : 0;
    }
    return Tensor.of(values, shape);
  }

  /** A number that depends on seed and index alone, unlike those of neighbouring indices. */
  public static long at(long seed, long index) {
    return mix(mix(seed) + index);
  }

  static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return b ^ (b >>> 31);
  }
}
