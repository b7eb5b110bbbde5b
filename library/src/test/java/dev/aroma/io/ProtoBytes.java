package dev.aroma.io;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes protobuf messages, and the ONNX ones that the tests need. */
final class ProtoBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  static ProtoBytes message() {
    return new ProtoBytes();
  }

  ProtoBytes varint(int field, long value) {
    raw(key(field, 0));
    return raw(encode(value));
  }

  ProtoBytes bytes(int field, byte[] value) {
    raw(key(field, 2));
    raw(encode(value.length));
    return raw(value);
  }

  ProtoBytes text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  ProtoBytes message(int field, ProtoBytes value) {
    return bytes(field, value.toBytes());
  }

  ProtoBytes float32(int field, float value) {
    raw(key(field, 5));
    return raw(floats(value));
  }

  ProtoBytes raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  byte[] toBytes() {
    return out.toByteArray();
  }

  private static byte[] key(int field, int wireType) {
    return encode(((long) field << 3) | wireType);
  }

  static byte[] encode(long value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    long rest = value;
    for (; (rest & ~0x7fL) != 0; rest >>>= 7) {
      bytes.write((int) ((rest & 0x7f) | 0x80));
    }
    bytes.write((int) rest);
    return bytes.toByteArray();
  }

  static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  static byte[] longs(long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return bytes.array();
  }

  /** A TensorProto's name, type and shape; the values are for the caller to add. */
  static ProtoBytes tensor(String name, int dataType, long... dims) {
    ProtoBytes tensor = message().varint(2, dataType).text(8, name);
    for (long dim : dims) {
      tensor.varint(1, dim);
    }
    return tensor;
  }

  static ProtoBytes floatTensor(String name, float[] values, long... dims) {
    return tensor(name, 1, dims).bytes(9, floats(values));
  }

  static ProtoBytes longTensor(String name, long... values) {
    return tensor(name, 7, values.length).bytes(9, longs(values));
  }

  /** A NodeProto; a comma separates inputs. */
  static ProtoBytes node(String opType, String inputs, String output) {
    ProtoBytes node = message();
    for (String input : List.of(inputs.split(",", -1))) {
      node.text(1, input);
    }
    return node.text(2, output).text(4, opType);
  }

  static ProtoBytes constant(String output, ProtoBytes tensor) {
    return message()
        .text(2, output)
        .text(4, "Constant")
        .message(5, message().text(1, "value").message(5, tensor));
  }

  /** A ModelProto around a graph. */
  static ByteBuffer model(ProtoBytes graph) {
    return ByteBuffer.wrap(message().varint(1, 7).text(2, "test").message(7, graph).toBytes());
  }
}
