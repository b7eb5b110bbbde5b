package dev.aroma.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import dev.aroma.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RawTensorTest {
  private static ByteBuffer shorts(int... bits) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * bits.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : bits) {
      bytes.putShort((short) value);
    }
    return bytes.flip();
  }

  private static float[] decode(DType dtype, ByteBuffer bytes) {
    int count = bytes.remaining() / dtype.bytes();
    return RawTensor.of("x", dtype, new long[] {count}, () -> bytes).toFloats();
  }

  @Test
  void floatsComeBackAsTheyWere() {
    RawTensor tensor = RawTensor.ofFloats("x", new float[] {1, -2.5f, 3, 4, 5, 6}, 2, 3);
    assertThat(tensor.toFloats()).containsExactly(1, -2.5f, 3, 4, 5, 6);
    assertThat(tensor.dtype()).isEqualTo(DType.F32);
    assertThat(tensor.shape()).containsExactly(2, 3);
    assertThat(tensor.elements()).isEqualTo(6);
    assertThat(tensor.byteCount()).isEqualTo(24);
    assertThat(tensor.buffer().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    assertThat(tensor.buffer().getFloat(4)).isEqualTo(-2.5f);
  }

  @Test
  void halfPrecisionIsWidenedExactly() {
    int[] bits = {0x0000, 0x8000, 0x3c00, 0xc000, 0x3555, 0x7bff, 0x0400, 0x03ff, 0x0001, 0x8001};
    assertThat(decode(DType.F16, shorts(bits)))
        .containsExactly(
            0f,
            -0f,
            1f,
            -2f,
            0.33325195f,
            65504f,
            6.1035156e-5f,
            6.097555e-5f,
            5.9604645e-8f,
            -5.9604645e-8f);
  }

  @Test
  void halfPrecisionKeepsInfinitiesAndNaN() {
    assertThat(decode(DType.F16, shorts(0x7c00, 0xfc00, 0x7e00)))
        .containsExactly(Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN);
  }

  @Test
  void brainFloatIsTheUpperHalfOfAFloat() {
    assertThat(decode(DType.BF16, shorts(0x3f80, 0xc049, 0x7f80)))
        .containsExactly(1f, -3.140625f, Float.POSITIVE_INFINITY);
  }

  @Test
  void doublesAreNarrowed() {
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(0, 0.1);
    assertThat(decode(DType.F64, bytes)).containsExactly(0.1f);
  }

  @Test
  void integersAreNoWeights() {
    RawTensor ids = RawTensor.of("ids", DType.I64, new long[] {1}, () -> ByteBuffer.allocate(8));
    assertThatThrownBy(ids::toFloats)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("ids I64[1]")
        .hasMessageContaining("#wrong-dtype");
  }

  @Test
  void segmentsFollowEachOther() {
    List<ByteBuffer> parts =
        List.of(ByteBuffer.wrap(ProtoBytes.floats(1, 2)), ByteBuffer.wrap(ProtoBytes.floats(3)));
    RawTensor tensor = RawTensor.segmented("x", DType.F32, new long[] {3}, () -> parts);
    assertThat(tensor.segments()).hasSize(2);
    assertThat(tensor.toFloats()).containsExactly(1, 2, 3);
    assertThat(tensor.buffer().getFloat(8)).isEqualTo(3);
  }

  @Test
  void aScalarHasOneElementAndAnEmptyShape() {
    RawTensor scalar = RawTensor.ofFloats("s", new float[] {7});
    assertThat(scalar.shape()).isEmpty();
    assertThat(scalar.elements()).isEqualTo(1);
    assertThat(scalar.toFloats()).containsExactly(7);
  }

  @Test
  void anEmptyTensorHasNoBytes() {
    RawTensor empty = RawTensor.segmented("e", DType.F32, new long[] {0, 5}, List::of);
    assertThat(empty.buffer().remaining()).isZero();
    assertThat(empty.toFloats()).isEmpty();
  }

  @Test
  void contentOfAnotherSizeIsRefused() {
    RawTensor tensor = RawTensor.of("x", DType.F32, new long[] {2}, () -> ByteBuffer.allocate(4));
    assertThatThrownBy(tensor::buffer).hasMessageContaining("4 bytes, expected 8");
    assertThatThrownBy(() -> RawTensor.ofFloats("x", new float[3], 2, 2))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void buffersCannotBeWrittenAndAreIndependent() {
    RawTensor tensor = RawTensor.ofFloats("x", new float[] {1}, 1);
    assertThatThrownBy(() -> tensor.buffer().put(0, (byte) 1))
        .isInstanceOf(ReadOnlyBufferException.class);
    tensor.buffer().get();
    assertThat(tensor.buffer().position()).isZero();
    long[] shape = tensor.shape();
    shape[0] = 99;
    assertThat(tensor.shape()).containsExactly(1);
  }

  @Test
  void impossibleSizesAreRefused() {
    long[] huge = {Long.MAX_VALUE, 2};
    assertThatThrownBy(() -> RawTensor.segmented("x", DType.U8, huge, List::of))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> RawTensor.segmented("x", DType.U8, new long[] {-1}, List::of))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void aTensorTooLargeForOneBufferSaysSo() {
    ByteBuffer part = ByteBuffer.allocate(0);
    RawTensor large =
        RawTensor.segmented("big", DType.F32, new long[] {1L << 40}, () -> List.of(part, part));
    assertThat(large.byteCount()).isEqualTo(1L << 42);
    assertThatThrownBy(large::toFloats).hasMessageContaining("too many elements");
  }

  @Test
  void requireShapeNamesBothShapesAndTheFile() {
    RawTensor tensor = RawTensor.ofFloats("w", new float[6], 2, 3);
    assertThat(tensor.requireShape("f", 2, 3)).isSameAs(tensor);
    assertThatThrownBy(() -> tensor.requireShape("model.safetensors", 3, 2))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("model.safetensors: tensor w has shape [2, 3], expected [3, 2]")
        .hasMessageContaining("#wrong-shape");
  }

  @Test
  void renamingKeepsTheContent() {
    RawTensor tensor = RawTensor.ofFloats("a", new float[] {4}, 1).named("b");
    assertThat(tensor.name()).isEqualTo("b");
    assertThat(tensor.toFloats()).containsExactly(4);
    assertThat(tensor).hasToString("b F32[1]");
  }
}
