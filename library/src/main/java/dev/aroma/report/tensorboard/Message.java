package dev.aroma.report.tensorboard;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A protocol buffer being written, field by field; only the wire types that events need. */
final class Message {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED_32 = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  Message varint(int field, long value) {
    key(field, VARINT);
    raw(value);
    return this;
  }

  Message fixed(int field, double value) {
    key(field, FIXED_64);
    littleEndian(Double.doubleToLongBits(value), Long.BYTES);
    return this;
  }

  Message fixed(int field, float value) {
    key(field, FIXED_32);
    littleEndian(Float.floatToIntBits(value), Integer.BYTES);
    return this;
  }

  Message text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  Message message(int field, Message value) {
    return bytes(field, value.bytes());
  }

  private Message bytes(int field, byte[] value) {
    key(field, BYTES);
    raw(value.length);
    out.writeBytes(value);
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  private void key(int field, int wireType) {
    raw((long) field << 3 | wireType);
  }

  /** Seven bits a byte, lowest first; all but the last byte have the highest bit set. */
  private void raw(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private void littleEndian(long value, int count) {
    for (int i = 0; i < count; i++) {
      out.write((int) (value >>> (8 * i)));
    }
  }
}
