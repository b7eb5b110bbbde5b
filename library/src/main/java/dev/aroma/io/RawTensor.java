package dev.aroma.io;

import dev.aroma.input.InputException;
import dev.aroma.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A named tensor as bytes: row-major, little-endian, usually a view into a memory-mapped file.
 *
 * <p>A tensor may be larger than one {@link ByteBuffer} can be (2 GiB), hence the segments: they
 * follow each other, and each holds whole elements. The content may be made on demand; then it is
 * made anew by each call and not kept.
 */
public final class RawTensor {
  private final String name;
  private final DType dtype;
  private final long[] shape;
  private final long byteCount;
  private final Supplier<List<ByteBuffer>> content;
  private final FileReader reader; // null where it is no file's

  private RawTensor(
      String name,
      DType dtype,
      long[] shape,
      Supplier<List<ByteBuffer>> content,
      FileReader reader) {
    this.name = name;
    this.dtype = dtype;
    this.shape = shape.clone();
    this.byteCount = Math.multiplyExact(elements(shape), dtype.bytes());
    this.content = content;
    this.reader = reader;
  }

  /**
   * A tensor whose content fits into one buffer.
   *
   * @param shape the sizes of the dimensions, none negative; empty for a scalar
   * @param content gives the bytes from position 0 to limit, 2 GiB at most
   */
  public static RawTensor of(String name, DType dtype, long[] shape, Supplier<ByteBuffer> content) {
    return new RawTensor(name, dtype, shape, () -> List.of(content.get()), null);
  }

  /** As {@link #of}, for content of any size: the segments follow each other. */
  public static RawTensor segmented(
      String name, DType dtype, long[] shape, Supplier<List<ByteBuffer>> content) {
    return new RawTensor(name, dtype, shape, content, null);
  }

  /** A tensor of a file: mapped where segments are asked for, read where pieces are. */
  static RawTensor ofFile(
      String name,
      DType dtype,
      long[] shape,
      Supplier<List<ByteBuffer>> mapped,
      FileReader reader) {
    return new RawTensor(name, dtype, shape, mapped, reader);
  }

  /** A float32 tensor of these values, row-major; the array is read when the content is asked. */
  public static RawTensor ofFloats(String name, float[] values, long... shape) {
    if (elements(shape) != values.length) {
      throw new IllegalArgumentException(
          name + ": " + values.length + " values for shape " + Arrays.toString(shape));
    }
    return of(name, DType.F32, shape, () -> bytes(values));
  }

  private static ByteBuffer bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, 4)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes;
  }

  /** The product of the sizes; {@link ArithmeticException} where it overflows. */
  static long elements(long[] shape) {
    long product = 1;
    for (long size : shape) {
      if (size < 0) {
        throw new ArithmeticException("negative size " + size);
      }
      product = Math.multiplyExact(product, size);
    }
    return product;
  }

  /** Its name in the file. */
  public String name() {
    return name;
  }

  /** Element type. */
  public DType dtype() {
    return dtype;
  }

  /** Sizes of the dimensions, as a copy; empty for a scalar. */
  public long[] shape() {
    return shape.clone();
  }

  /** Number of elements: the product of the shape. */
  public long elements() {
    return byteCount / dtype.bytes();
  }

  /** Size of the content in bytes. */
  public long byteCount() {
    return byteCount;
  }

  /** The same content under another name. */
  public RawTensor named(String other) {
    return new RawTensor(other, dtype, shape, content, reader);
  }

  /** The content as read-only, little-endian buffers from position 0 to limit. */
  public List<ByteBuffer> segments() {
    List<ByteBuffer> result = new ArrayList<>();
    long total = 0;
    for (ByteBuffer segment : content.get()) {
      ByteBuffer view = segment.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
      total += view.remaining();
      result.add(view);
    }
    if (total != byteCount) {
      throw new IllegalStateException(name + ": " + total + " bytes, expected " + byteCount);
    }
    return result;
  }

  /**
   * Hands over the content piece by piece. Unlike {@link #segments}, which are mapped and stay in
   * memory for as long as somebody holds the tensor, a file's pieces are read and forgotten.
   *
   * @param space to read into, to be used for many tensors; its capacity is a multiple of 8
   * @param taker gets little-endian buffers, each valid during the call only
   */
  public void forEachPiece(ByteBuffer space, Consumer<ByteBuffer> taker) {
    if (reader != null && reader.forEachPiece(space, taker)) {
      return;
    }
    int bytes = space.capacity();
    for (ByteBuffer segment : segments()) {
      for (int at = 0; at < segment.limit(); at += bytes) {
        ByteBuffer piece = segment.slice(at, Math.min(bytes, segment.limit() - at));
        taker.accept(piece.order(ByteOrder.LITTLE_ENDIAN));
      }
    }
  }

  /** The content as one buffer; {@link IllegalStateException} where it is larger than 2 GiB. */
  public ByteBuffer buffer() {
    List<ByteBuffer> segments = segments();
    if (segments.size() == 1) {
      return segments.get(0);
    }
    if (byteCount > Integer.MAX_VALUE) {
      throw new IllegalStateException(name + " is larger than one buffer: use segments()");
    }
    ByteBuffer whole = ByteBuffer.allocate((int) byteCount).order(ByteOrder.LITTLE_ENDIAN);
    segments.forEach(whole::put);
    return whole.flip().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The values of a floating-point tensor as float32, row-major. */
  public float[] toFloats() {
    if (elements() > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException(name + " has too many elements for an array");
    }
    return FloatDecoder.decode(this);
  }

  /**
   * Refuses any other shape.
   *
   * @param where the file or model that it stands in, for the message
   */
  public RawTensor requireShape(String where, long... expected) {
    if (!Arrays.equals(shape, expected)) {
      throw new InputException(
          "%s: tensor %s has shape %s, expected %s"
              .formatted(where, name, Arrays.toString(shape), Arrays.toString(expected)),
          "The weights and config.json belong to different models; take both from one source.",
          "wrong-shape");
    }
    return this;
  }

  @Override
  public String toString() {
    return name + " " + dtype + Arrays.toString(shape);
  }
}
