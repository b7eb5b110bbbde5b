package dev.aroma.io;

import dev.aroma.input.InputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Walks the fields of one protobuf message in place.
 *
 * <p>No recursion and no copies: a nested message is a slice that its caller walks in turn, and
 * fields that nobody asks for are skipped. See <a
 * href="https://protobuf.dev/programming-guides/encoding/">the encoding</a>.
 */
final class ProtoReader {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  private final String source;
  private final ByteBuffer bytes;
  private int field;
  private int wireType;

  ProtoReader(String source, ByteBuffer bytes) {
    this.source = source;
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Moves to the next field; its value must then be read or skipped. False at the end. */
  boolean next() {
    if (!bytes.hasRemaining()) {
      return false;
    }
    long key = varint();
    if (key >>> 3 == 0 || key >>> 3 > 0x1fffffff) {
      throw bad("field number " + (key >>> 3));
    }
    field = (int) (key >>> 3);
    wireType = (int) (key & 7);
    return true;
  }

  int field() {
    return field;
  }

  int wireType() {
    return wireType;
  }

  /** Where the next byte is, counted from the message's first. */
  int position() {
    return bytes.position();
  }

  boolean hasRemaining() {
    return bytes.hasRemaining();
  }

  long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      need(1);
      byte next = bytes.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw bad("a number of more than 10 bytes");
  }

  /** The value of a field that must be a varint. */
  long number() {
    expect(VARINT);
    return varint();
  }

  float float32() {
    expect(FIXED32);
    need(4);
    return bytes.getFloat();
  }

  /** The bytes of a length-delimited field, as a view. */
  ByteBuffer bytes() {
    expect(BYTES);
    return take(varint());
  }

  /** Some bytes of the message, as a view. */
  ByteBuffer take(long length) {
    need(length);
    ByteBuffer view = bytes.slice(bytes.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(bytes.position() + (int) length);
    return view;
  }

  String string() {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes()).toString();
    } catch (CharacterCodingException e) {
      throw bad("a name that is not UTF-8");
    }
  }

  void skip() {
    switch (wireType) {
      case VARINT -> varint();
      case FIXED64 -> take(8);
      case BYTES -> bytes();
      case FIXED32 -> take(4);
      default -> throw bad("wire type " + wireType);
    }
  }

  private void expect(int type) {
    if (wireType != type) {
      throw bad("field %d of wire type %d, expected %d".formatted(field, wireType, type));
    }
  }

  private void need(long length) {
    if (length < 0 || length > bytes.remaining()) {
      throw bad("a field of %d bytes where %d are left".formatted(length, bytes.remaining()));
    }
  }

  InputException bad(String found) {
    return bad(source, "found " + found);
  }

  static InputException bad(String source, String problem) {
    return new InputException(
        source + ": not a sound ONNX file: " + problem,
        "The file is damaged or incomplete; download or export it again.",
        "bad-onnx");
  }
}
