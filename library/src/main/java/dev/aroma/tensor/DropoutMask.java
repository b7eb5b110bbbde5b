package dev.aroma.tensor;

import java.nio.LongBuffer;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.LongOptional;

/**
 * What dropout keeps, on the CPU: ones and zeros from 15 random bits each.
 *
 * <p>libtorch draws them one by one from a Mersenne twister, which took longer than the rest of a
 * block. Here its generator gives but a seed ({@link Draws} another), and SplitMix64 (Steele et al.
 * 2014), which can be computed for many places at once, gives the bits. So they depend on {@link
 * Engine#seed} like all that libtorch draws.
 */
final class DropoutMask {
  private static final int CHUNK = 1024;
  private static final long GOLDEN = 0x9e3779b97f4a7c15L; // SplitMix64's step
  private static final long[] STEPS = steps();

  /** Elements that one long has bits for. */
  private static final int EACH = 4;

  /** Of 16 bits the highest is kept free for the comparison. */
  private static final int LEVELS = 1 << 15;

  private static final long LOWEST_OF_FOUR = 0x0001_0001_0001_0001L;
  private static final long LOWEST_OF_TWO = 0x0000_0001_0000_0001L;

  private DropoutMask() {}

  private static long[] steps() {
    long[] steps = new long[CHUNK];
    for (int i = 0; i < CHUNK; i++) {
      steps[i] = (i + 1) * GOLDEN;
    }
    return steps;
  }

  /**
   * 1 where an element is kept, else 0.
   *
   * @param probability of 0, at least 0 and below 1, rounded to a multiple of 2⁻¹⁵
   */
  static Tensor kept(double probability, DType dtype, long... shape) {
    if (dtype != DType.F32 && dtype != DType.BF16) {
      return kept(probability, DType.F32, shape).to(dtype);
    }
    long count = Shapes.count(shape);
    Tensor mask = Tensor.unwritten(dtype, Device.CPU, (count + EACH - 1) / EACH * EACH);
    int dropped = (int) Math.min(LEVELS - 1, Math.round(probability * LEVELS));
    fill(mask, dtype == DType.BF16, dropped);
    return mask.narrow(0, 0, count).view(shape);
  }

  /** 64 bits of libtorch's generator. */
  private static long draw() {
    Tensor one = Tensor.unwritten(DType.I64, Device.CPU, 1);
    one.raw.random_(Long.MIN_VALUE, new LongOptional(), new GeneratorOptional());
    return one.raw.item_long();
  }

  private static void fill(Tensor mask, boolean halves, int dropped) {
    LongBuffer out = mask.memory().asLongBuffer();
    long[] bits = new long[CHUNK];
    long[] ones = new long[CHUNK];
    long state = Draws.present() ? Draws.next() : draw();
    for (; out.hasRemaining(); state += STEPS[CHUNK - 1]) {
      generate(state, dropped, bits);
      if (halves) {
        spread(bits, 0, LOWEST_OF_FOUR, 14, ones);
        out.put(ones, 0, Math.min(CHUNK, out.remaining()));
      } else {
        spread(bits, 0, LOWEST_OF_TWO, 30, ones);
        out.put(ones, 0, Math.min(CHUNK, out.remaining()));
        spread(bits, 16, LOWEST_OF_TWO, 30, ones);
        out.put(ones, 0, Math.min(CHUNK, out.remaining()));
      }
    }
  }

  /** Of each 16 bits the lowest says what is kept. A loop that the JVM turns into vectors. */
  private static void generate(long state, int dropped, long[] bits) {
    long carry = (LEVELS - dropped) * LOWEST_OF_FOUR; // sets the highest of 16 bits
    for (int i = 0; i < bits.length; i++) {
      long z = state + STEPS[i];
      z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
      z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
      z ^= z >>> 31;
      bits[i] = (((z & (LEVELS - 1) * LOWEST_OF_FOUR) + carry) >>> 15) & LOWEST_OF_FOUR;
    }
  }

  /** The number 1 where a bit is set: 0x3f80 of 16 bits and 0x3f800000 of 32. Also vectors. */
  private static void spread(long[] bits, int from, long lowest, int exponent, long[] ones) {
    for (int i = 0; i < bits.length; i++) {
      long bit = (bits[i] >>> from) & lowest;
      ones[i] = (bit << exponent) - (bit << (exponent - 7));
    }
  }
}
