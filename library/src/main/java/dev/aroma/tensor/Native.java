package dev.aroma.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Our terms in libtorch's types. Constants are made once and live for good. */
final class Native {
  private static final Map<DType, ScalarType> TYPES = new EnumMap<>(DType.class);
  private static final Map<ScalarType, DType> NAMES = new EnumMap<>(ScalarType.class);
  private static final Map<Device, org.bytedeco.pytorch.Device> DEVICES =
      new EnumMap<>(Device.class);
  private static final Map<Device, Map<DType, TensorOptions>> OPTIONS = new EnumMap<>(Device.class);
  private static final MemoryFormatOptional ANY_FORMAT;
  private static final LongOptional LAST;
  private static final TensorOptional NONE;

  static {
    Engine.load();
    TYPES.put(DType.F32, ScalarType.Float);
    TYPES.put(DType.F16, ScalarType.Half);
    TYPES.put(DType.BF16, ScalarType.BFloat16);
    TYPES.put(DType.F64, ScalarType.Double);
    TYPES.put(DType.I64, ScalarType.Long);
    TYPES.put(DType.I32, ScalarType.Int);
    TYPES.put(DType.I16, ScalarType.Short);
    TYPES.put(DType.I8, ScalarType.Char);
    TYPES.put(DType.U8, ScalarType.Byte);
    TYPES.put(DType.BOOL, ScalarType.Bool);
    TYPES.forEach((name, type) -> NAMES.put(type, name));
    ANY_FORMAT = constant(new MemoryFormatOptional());
    LAST = constant(new LongOptional(-1));
    NONE = constant(new TensorOptional());
    for (Device device : Device.values()) {
      String name = device == Device.CPU ? "cpu" : "cuda:0";
      DEVICES.put(device, constant(new org.bytedeco.pytorch.Device(name)));
      Map<DType, TensorOptions> byType = new EnumMap<>(DType.class);
      TYPES.forEach((dtype, type) -> byType.put(dtype, newOptions(device, type)));
      OPTIONS.put(device, byType);
    }
  }

  private Native() {}

  /** Constants are often first used inside a scope, which must not free them. */
  private static <P extends Pointer> P constant(P pointer) {
    pointer.retainReference();
    return pointer;
  }

  private static TensorOptions newOptions(Device device, ScalarType type) {
    return constant(
        new TensorOptions()
            .dtype(new ScalarTypeOptional(type))
            .device(new DeviceOptional(DEVICES.get(device))));
  }

  static TensorOptions options(DType dtype, Device device) {
    return OPTIONS.get(device).get(dtype);
  }

  static ScalarType scalarType(DType dtype) {
    return TYPES.get(dtype);
  }

  static DType dtype(ScalarType type) {
    DType dtype = NAMES.get(type.intern());
    if (dtype == null) {
      throw new IllegalStateException("element type " + type + " is not one that we use");
    }
    return dtype;
  }

  static org.bytedeco.pytorch.Device device(Device device) {
    return DEVICES.get(device);
  }

  static MemoryFormatOptional anyFormat() {
    return ANY_FORMAT;
  }

  static LongOptional last() {
    return LAST;
  }

  static TensorOptional optional(Tensor tensor) {
    return tensor == null ? NONE : new TensorOptional(tensor.raw);
  }

  static TensorVector vector(List<Tensor> tensors) {
    org.bytedeco.pytorch.Tensor[] raw =
        tensors.stream().map(t -> t.raw).toArray(org.bytedeco.pytorch.Tensor[]::new);
    return new TensorVector(raw);
  }

  static ByteBuffer buffer(long bytes) {
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "one buffer holds at most 2 GiB, asked for " + bytes + " bytes; move it in parts");
    }
    return ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static String sizes(Tensor tensor) {
    return Arrays.toString(tensor.shape());
  }

  /** A tensor out of a tuple or list, with a handle of its own: theirs goes with them. */
  static Tensor own(org.bytedeco.pytorch.Tensor part) {
    return new Tensor(new org.bytedeco.pytorch.Tensor(part));
  }
}
