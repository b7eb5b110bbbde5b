package dev.aroma.io;

import dev.aroma.input.InputException;
import dev.aroma.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A TensorProto: its name, shape and type, and where in the file its values are.
 *
 * <p>Values stand either as raw bytes, which are used in place, or in a typed list ({@code
 * float_data} and so on), which is copied when asked for.
 */
final class OnnxTensor {
  private static final int DIMS = 1;
  private static final int DATA_TYPE = 2;
  static final int FLOAT_DATA = 4;
  private static final int INT32_DATA = 5;
  private static final int INT64_DATA = 7;
  static final int NAME = 8;
  static final int RAW_DATA = 9;
  static final int DOUBLE_DATA = 10;
  private static final int EXTERNAL_DATA = 13;
  private static final int DATA_LOCATION = 14;

  private final String source;
  private final List<Long> dims = new ArrayList<>();
  private final List<ByteBuffer> lists = new ArrayList<>();
  private String name = "";
  private int dataType;
  private int listField;
  private boolean external;
  private ByteBuffer raw;

  private OnnxTensor(String source) {
    this.source = source;
  }

  /** Reads one message and checks that its values fill its shape. */
  static RawTensor parse(String source, ByteBuffer message) {
    OnnxTensor result = new OnnxTensor(source);
    ProtoReader reader = new ProtoReader(source, message);
    while (reader.next()) {
      result.readField(reader);
    }
    return result.toTensor();
  }

  private void readField(ProtoReader reader) {
    switch (reader.field()) {
      case DIMS -> readDims(reader);
      case DATA_TYPE -> dataType = (int) Math.min(Math.max(reader.number(), 0), 999);
      case NAME -> name = reader.string();
      case RAW_DATA -> raw = reader.bytes();
      case EXTERNAL_DATA -> {
        external = true;
        reader.skip();
      }
      case DATA_LOCATION -> external |= reader.number() != 0;
      case FLOAT_DATA, INT32_DATA, INT64_DATA, DOUBLE_DATA -> readList(reader);
      default -> reader.skip();
    }
  }

  private void readDims(ProtoReader reader) {
    if (reader.wireType() == ProtoReader.VARINT) {
      dims.add(reader.varint());
      return;
    }
    ProtoReader packed = new ProtoReader(source, reader.bytes());
    while (packed.hasRemaining()) {
      dims.add(packed.varint());
    }
  }

  /** A list may be packed into one field or, by old writers, spread over one field a value. */
  private void readList(ProtoReader reader) {
    if (listField != 0 && listField != reader.field()) {
      throw bad("has values of two types");
    }
    listField = reader.field();
    lists.add(
        switch (reader.wireType()) {
          case ProtoReader.BYTES -> reader.bytes();
          case ProtoReader.FIXED32 -> reader.take(4);
          case ProtoReader.FIXED64 -> reader.take(8);
          default -> oneVarint(reader.number());
        });
  }

  private static ByteBuffer oneVarint(long value) {
    ByteBuffer bytes = ByteBuffer.allocate(10);
    long rest = value;
    for (; (rest & ~0x7fL) != 0; rest >>>= 7) {
      bytes.put((byte) (rest | 0x80));
    }
    return bytes.put((byte) rest).flip();
  }

  private RawTensor toTensor() {
    if (external) {
      throw new InputException(
          source + ": tensor " + name + " keeps its values in another file (external data)",
          "Export to a single file, or use the model's safetensors.",
          "onnx-external-data");
    }
    DType dtype = dtype();
    long[] shape = dims.stream().mapToLong(Long::longValue).toArray();
    long expected;
    try {
      expected = Math.multiplyExact(RawTensor.elements(shape), dtype.bytes());
    } catch (ArithmeticException e) {
      throw bad("has an impossible shape " + dims);
    }
    ByteBuffer values = values(dtype, expected);
    if (values.remaining() != expected) {
      throw bad("of " + dtype + dims + " has " + values.remaining() + " bytes, not " + expected);
    }
    return RawTensor.of(name, dtype, shape, () -> values);
  }

  private DType dtype() {
    return switch (dataType) {
      case 1 -> DType.F32;
      case 2 -> DType.U8;
      case 3 -> DType.I8;
      case 5 -> DType.I16;
      case 6 -> DType.I32;
      case 7 -> DType.I64;
      case 9 -> DType.BOOL;
      case 10 -> DType.F16;
      case 11 -> DType.F64;
      case 16 -> DType.BF16;
      default -> throw bad("has data type " + dataType + ", which is not read here");
    };
  }

  private ByteBuffer values(DType dtype, long expected) {
    if (raw != null || lists.isEmpty()) {
      return raw == null ? ByteBuffer.allocate(0) : raw;
    }
    boolean fixed = listField == FLOAT_DATA || listField == DOUBLE_DATA;
    if (fixed && lists.size() == 1) {
      return lists.get(0);
    }
    long stored = lists.stream().mapToLong(ByteBuffer::remaining).sum();
    // A varint takes a byte at least, so the file explains at most one element a byte.
    if (expected > Math.min(Integer.MAX_VALUE, fixed ? stored : stored * dtype.bytes())) {
      throw bad("of " + dtype + dims + " has only " + stored + " bytes of values");
    }
    ByteBuffer values = ByteBuffer.allocate((int) expected).order(ByteOrder.LITTLE_ENDIAN);
    for (ByteBuffer list : lists) {
      copy(list, values, fixed, dtype);
    }
    return values.flip();
  }

  private void copy(ByteBuffer list, ByteBuffer values, boolean fixed, DType dtype) {
    ProtoReader reader = new ProtoReader(source, list);
    while (reader.hasRemaining()) {
      int size = fixed ? (listField == FLOAT_DATA ? 4 : 8) : dtype.bytes();
      if (values.remaining() < size) {
        throw bad("has more values than its shape " + dims);
      }
      if (fixed) {
        values.put(reader.take(size));
        continue;
      }
      long value = reader.varint();
      switch (size) {
        case 1 -> values.put((byte) value);
        case 2 -> values.putShort((short) value);
        case 4 -> values.putInt((int) value);
        default -> values.putLong(value);
      }
    }
  }

  private InputException bad(String problem) {
    return ProtoReader.bad(
        source, "tensor " + (name.isEmpty() ? "(no name)" : name) + " " + problem);
  }
}
