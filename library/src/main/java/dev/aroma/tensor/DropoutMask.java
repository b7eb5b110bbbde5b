package dev.aroma.tensor;

import java.nio.LongBuffer;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What dropout keeps, on the CPU: ones and zeros from 16 random bits each.
 *
 * <p>libtorch draws them one by one from a Mersenne twister, which took longer than the rest of a
 * block. Here its generator gives but a seed, and SplitMix64 (Steele et al. 2014), which can be
 * computed for many places at once, gives the bits. So they depend on {@link Engine#seed} like all
 * that libtorch draws.
 */
final class DropoutMask {
  private static final int CHUNK = 1024;
  private static final long GOLDEN = 0x9e3779b97f4a7c15L; // SplitMix64's step
  private static final long[] STEPS = steps();

  /** Elements that one long has bits for. */
  private static final int EACH = 4;

  private static final int LEVELS = 1 << 16;

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
   * @param probability of 0, at least 0 and below 1, rounded to a multiple of 2⁻¹⁶
   */
  static Tensor kept(double probability, DType dtype, long... shape) {
    long count = Shapes.count(shape);
    Tensor bits = Tensor.unwritten(DType.I64, Device.CPU, (count + EACH - 1) / EACH);
    fill(bits, draw());
    int dropped = (int) Math.min(LEVELS - 1, Math.round(probability * LEVELS));
    org.bytedeco.pytorch.Tensor each = bits.raw.view(ScalarType.Short).narrow(0, 0, count);
    Tensor mask = Tensor.unwritten(dtype, Device.CPU, count);
    torch.ge_out(mask.raw, each, new Scalar(dropped - LEVELS / 2));
    bits.close();
    return mask.view(shape);
  }

  /** 64 bits of libtorch's generator. */
  private static long draw() {
    Tensor one = Tensor.unwritten(DType.I64, Device.CPU, 1);
    one.raw.random_(Long.MIN_VALUE, new LongOptional(), new GeneratorOptional());
    return one.raw.item_long();
  }

  private static void fill(Tensor bits, long seed) {
    LongBuffer out = bits.memory().asLongBuffer();
    long[] chunk = new long[CHUNK];
    for (long state = seed; out.hasRemaining(); state += STEPS[CHUNK - 1]) {
      generate(state, chunk);
      out.put(chunk, 0, Math.min(CHUNK, out.remaining()));
    }
  }

  /** A loop that the JVM turns into vector instructions. */
  private static void generate(long state, long[] chunk) {
    for (int i = 0; i < chunk.length; i++) {
      long z = state + STEPS[i];
      z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
      z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
      chunk[i] = z ^ (z >>> 31);
    }
  }
}
