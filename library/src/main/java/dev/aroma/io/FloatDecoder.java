package dev.aroma.io;

import dev.aroma.input.InputException;
import dev.aroma.tensor.DType;
import java.nio.ByteBuffer;

/** Widens the floating-point types to float32 (and narrows float64). */
final class FloatDecoder {
  private FloatDecoder() {}

  static float[] decode(RawTensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.elements())];
    int at = 0;
    for (ByteBuffer segment : tensor.segments()) {
      int count = segment.remaining() / tensor.dtype().bytes();
      fill(tensor, segment, values, at, count);
      at += count;
    }
    return values;
  }

  private static void fill(RawTensor tensor, ByteBuffer from, float[] to, int at, int count) {
    if (tensor.dtype() == DType.F32) {
      from.asFloatBuffer().get(to, at, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      to[at + i] =
          switch (tensor.dtype()) {
            case F16 -> half(from.getShort(2 * i));
            case BF16 -> Float.intBitsToFloat(from.getShort(2 * i) << 16);
            case F64 -> (float) from.getDouble(8 * i);
            default ->
                throw new InputException(
                    "tensor " + tensor + ": expected floating-point values",
                    "A weight must be F32, F16, BF16 or F64.",
                    "wrong-dtype");
          };
    }
  }

  /** IEEE 754 binary16 to float; every value is exact. */
  static float half(short bits) {
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    float magnitude;
    if (exponent == 0) {
      magnitude = fraction * 0x1p-24f;
    } else if (exponent == 0x1f) {
      magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else {
      magnitude = Float.intBitsToFloat(((exponent + 112) << 23) | (fraction << 13));
    }
    return bits < 0 ? -magnitude : magnitude;
  }
}
