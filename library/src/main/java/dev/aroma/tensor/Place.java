package dev.aroma.tensor;

import org.bytedeco.dnnl.memory;

/**
 * Where a {@link Plan} has a matrix of float32: all of one, or some of its rows or columns. Its
 * memory is the plan's.
 */
public final class Place {
  private final long address;
  private final long rows;
  private final long width;
  private final long stride; // elements from row to row

  Place(long address, long rows, long width) {
    this(address, rows, width, width);
  }

  private Place(long address, long rows, long width, long stride) {
    this.address = address;
    this.rows = rows;
    this.width = width;
    this.stride = stride;
  }

  /** Number of rows. */
  public long rows() {
    return rows;
  }

  /** Number of columns. */
  public long width() {
    return width;
  }

  /** The first rows. */
  public Place top(long count) {
    Shapes.check(count >= 1 && count <= rows, "%d rows of %d", count, rows);
    return new Place(address, count, width, stride);
  }

  /** Some columns. */
  public Place columns(long first, long count) {
    Shapes.check(
        first >= 0 && count >= 1 && first + count <= width,
        "%d columns from %d of %d",
        count,
        first,
        width);
    return new Place(address + first * Float.BYTES, rows, count, stride);
  }

  long address() {
    return address;
  }

  /** Whether its rows lie one behind another without gaps. */
  boolean dense() {
    return stride == width;
  }

  /** (rows, width). */
  memory matrix() {
    return Dnnl.at(Dnnl.strided(new long[] {rows, width}, stride, 1), address);
  }

  /** (heads, rows, width / heads). */
  memory heads(long heads) {
    long each = width / heads;
    return Dnnl.at(Dnnl.strided(new long[] {heads, rows, each}, each, stride, 1), address);
  }

  /** (heads, width / heads, rows). */
  memory headsTransposed(long heads) {
    long each = width / heads;
    return Dnnl.at(Dnnl.strided(new long[] {heads, each, rows}, each, 1, stride), address);
  }

  @Override
  public String toString() {
    return "place of %d × %d".formatted(rows, width);
  }
}
