package dev.aroma.tensor;

/** The element types that we read, write and compute with. Names are those of safetensors. */
public enum DType {
  /** IEEE single precision. */
  F32(4, true),
  /** IEEE half precision. */
  F16(2, true),
  /** bfloat16: float32's range with 8 bits of mantissa. */
  BF16(2, true),
  /** IEEE double precision. */
  F64(8, true),
  /** Signed 64-bit integer. */
  I64(8, false),
  /** Signed 32-bit integer. */
  I32(4, false),
  /** Signed 16-bit integer. */
  I16(2, false),
  /** Signed 8-bit integer. */
  I8(1, false),
  /** Unsigned 8-bit integer. */
  U8(1, false),
  /** One byte, 0 or 1. */
  BOOL(1, false);

  private final int bytes;
  private final boolean floating;

  DType(int bytes, boolean floating) {
    this.bytes = bytes;
    this.floating = floating;
  }

  /** Size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Whether this is a floating-point type. */
  public boolean floating() {
    return floating;
  }

  /** The name in a safetensors header. */
  public String safetensors() {
    return name();
  }
}
