package dev.aroma.io;

import static dev.aroma.io.ProtoBytes.floatTensor;
import static dev.aroma.io.ProtoBytes.message;
import static dev.aroma.io.ProtoBytes.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import dev.aroma.tensor.DType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxModelTest {
  private static final int NODE = 1;
  private static final int INITIALIZER = 5;

  @TempDir Path directory;

  private static OnnxModel graph(ProtoBytes graph) {
    return OnnxModel.parse("x.onnx", ProtoBytes.model(graph));
  }

  private static RawTensor read(ProtoBytes tensor) {
    OnnxModel model = graph(message().message(INITIALIZER, tensor));
    return model.initialiser(model.names().iterator().next()).orElseThrow();
  }

  private static void refused(byte[] model, String... says) {
    assertThatThrownBy(() -> OnnxModel.parse("x.onnx", ByteBuffer.wrap(model)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("x.onnx")
        .hasMessageContainingAll(says);
  }

  private static void refusedTensor(ProtoBytes tensor, String... says) {
    refused(ProtoBytes.model(message().message(INITIALIZER, tensor)).array(), says);
  }

  private static byte[] varints(long... values) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (long value : values) {
      bytes.writeBytes(ProtoBytes.encode(value));
    }
    return bytes.toByteArray();
  }

  @Test
  void rawDataIsUsedInPlace() {
    RawTensor tensor = read(floatTensor("w", new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
    assertThat(tensor.name()).isEqualTo("w");
    assertThat(tensor.shape()).containsExactly(2, 3);
    assertThat(tensor.toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void packedFloatDataIsRead() {
    ProtoBytes packed = tensor("w", 1, 2).bytes(4, ProtoBytes.floats(7, 8));
    assertThat(read(packed).toFloats()).containsExactly(7, 8);
  }

  @Test
  void floatDataOfOneFieldAValueIsRead() {
    assertThat(read(tensor("w", 1, 2).float32(4, 7).float32(4, 8)).toFloats())
        .containsExactly(7, 8);
  }

  @Test
  void integerListsAreReadAsTheirTypes() {
    RawTensor longs = read(tensor("w", 7, 3).bytes(7, varints(1, -1, 1L << 40)));
    assertThat(longs.dtype()).isEqualTo(DType.I64);
    ByteBuffer bytes = longs.buffer();
    assertThat(bytes.getLong()).isEqualTo(1);
    assertThat(bytes.getLong()).isEqualTo(-1);
    assertThat(bytes.getLong()).isEqualTo(1L << 40);
    assertThat(read(tensor("w", 7, 2).varint(7, 5).varint(7, -6)).buffer().getLong(8))
        .isEqualTo(-6);
    assertThat(read(tensor("w", 6, 1).bytes(5, varints(-3))).buffer().getInt()).isEqualTo(-3);
    assertThat(read(tensor("w", 3, 1).bytes(5, varints(-3))).buffer().get()).isEqualTo((byte) -3);
    assertThat(read(tensor("w", 9, 2).bytes(5, varints(1, 0))).buffer().get()).isEqualTo((byte) 1);
    assertThat(read(tensor("w", 5, 1).bytes(5, varints(-3))).buffer().getShort())
        .isEqualTo((short) -3);
  }

  @Test
  void halfPrecisionListsHoldBits() {
    assertThat(read(tensor("w", 10, 1).bytes(5, varints(0x3c00))).toFloats()).containsExactly(1);
    assertThat(read(tensor("w", 16, 1).bytes(5, varints(0x3f80))).toFloats()).containsExactly(1);
  }

  @Test
  void doubleDataIsRead() {
    byte[] bits = ProtoBytes.longs(Double.doubleToLongBits(0.5), Double.doubleToLongBits(2));
    assertThat(read(tensor("w", 11, 2).bytes(10, bits)).toFloats()).containsExactly(0.5f, 2);
  }

  @Test
  void packedDimensionsAreRead() {
    ProtoBytes packed =
        message()
            .bytes(1, varints(1, 2))
            .varint(2, 1)
            .text(8, "w")
            .bytes(9, ProtoBytes.floats(1, 2));
    assertThat(read(packed).shape()).containsExactly(1, 2);
  }

  @Test
  void scalarsAndEmptyTensorsAreRead() {
    assertThat(read(floatTensor("w", new float[] {4})).shape()).isEmpty();
    assertThat(read(tensor("w", 1, 0)).elements()).isZero();
  }

  @Test
  void nodesAreReadWithTheirAttributes() {
    ProtoBytes node =
        ProtoBytes.node("Gemm", "x,w", "y")
            .text(3, "/dense/Gemm")
            .message(5, message().text(1, "alpha").float32(2, 0.5f))
            .message(5, message().text(1, "transB").varint(3, 1))
            .message(5, message().text(1, "kind").text(4, "tanh"))
            .message(5, message().text(1, "axes").varint(8, -1).bytes(8, varints(2, 3)))
            .message(5, message().text(1, "value").message(5, ProtoBytes.longTensor("", 12)));
    OnnxModel model = graph(message().message(NODE, node));
    OnnxNode read = model.nodes().get(0);
    assertThat(read.opType()).isEqualTo("Gemm");
    assertThat(read.name()).isEqualTo("/dense/Gemm");
    assertThat(read.inputs()).containsExactly("x", "w");
    assertThat(read.input(5)).isEmpty();
    assertThat(read.output()).isEqualTo("y");
    assertThat(read.attributes().get("alpha").number()).isEqualTo(0.5f);
    assertThat(read.attributes().get("transB").integer()).isEqualTo(1);
    assertThat(read.attributes().get("kind").text()).isEqualTo("tanh");
    assertThat(read.attributes().get("axes").integers()).containsExactly(-1L, 2L, 3L);
    assertThat(read.attributes().get("value").tensor().orElseThrow().buffer().getLong())
        .isEqualTo(12);
    assertThat(model.producer("y")).contains(read);
    assertThat(model.producer("x")).isEmpty();
  }

  @Test
  void constantsAreInitialisersOrConstantNodes() {
    ProtoBytes graph =
        message()
            .message(NODE, ProtoBytes.constant("c", ProtoBytes.longTensor("", 3)))
            .message(NODE, ProtoBytes.node("Relu", "c", "r"))
            .message(INITIALIZER, ProtoBytes.longTensor("i", 4));
    OnnxModel model = graph(graph);
    assertThat(model.constant("c").orElseThrow().buffer().getLong()).isEqualTo(3);
    assertThat(model.constant("i").orElseThrow().buffer().getLong()).isEqualTo(4);
    assertThat(model.constant("r")).isEmpty();
    assertThat(model.constant("unknown")).isEmpty();
  }

  @Test
  void aFileIsMapped() {
    ProtoBytes graph = message().message(INITIALIZER, floatTensor("w", new float[] {9}, 1));
    Path file = FileBytes.write(directory.resolve("m.onnx"), ProtoBytes.model(graph).array());
    OnnxModel model = OnnxModel.open(file);
    assertThat(model.source()).isEqualTo(file.toString());
    assertThat(model.initialiser("w").orElseThrow().toFloats()).containsExactly(9);
    assertThatThrownBy(() -> OnnxModel.open(directory.resolve("none")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("#no-such-file");
  }

  @Test
  void anythingElseThanAModelIsRefused() {
    refused(new byte[0], "no graph", "#bad-onnx");
    refused("hello world".getBytes(java.nio.charset.StandardCharsets.UTF_8), "#bad-onnx");
    refused(message().varint(1, 7).toBytes(), "no graph");
    refused(message().varint(7, 1).toBytes(), "field 7 of wire type 0, expected 2");
  }

  @Test
  void lengthsThatLieAreRefused() {
    refused(new byte[] {0x3a, 0x05, 0x01}, "a field of 5 bytes where 1 are left");
    byte[] huge = message().raw(new byte[] {0x3a}).raw(ProtoBytes.encode(-1)).toBytes();
    refused(huge, "a field of -1 bytes");
    byte[] large = message().raw(new byte[] {0x3a}).raw(ProtoBytes.encode(1L << 40)).toBytes();
    refused(large, "a field of 1099511627776 bytes");
  }

  @Test
  void numbersThatNeverEndAreRefused() {
    byte[] endless = new byte[20];
    java.util.Arrays.fill(endless, (byte) 0x80);
    refused(endless, "more than 10 bytes");
    refused(new byte[] {(byte) 0x80}, "a field of 1 bytes where 0 are left");
  }

  @Test
  void groupsAndFieldZeroAreRefused() {
    refused(new byte[] {0x0b}, "wire type 3");
    refused(new byte[] {0x00, 0x01}, "field number 0");
    refused(new byte[] {0x0f}, "wire type 7");
  }

  @Test
  void valuesThatDoNotFillTheShapeAreRefused() {
    refusedTensor(floatTensor("w", new float[] {1, 2}, 3), "tensor w", "has 8 bytes, not 12");
    refusedTensor(tensor("w", 1, 2), "has 0 bytes, not 8");
    refusedTensor(tensor("w", 7, 1000).varint(7, 1), "has only 1 bytes of values");
    refusedTensor(tensor("w", 7, 2).bytes(7, new byte[] {(byte) 0x80, 0}), "has 8 bytes, not 16");
    refusedTensor(tensor("w", 7, 1).bytes(7, varints(1, 2)), "more values than its shape");
    refusedTensor(tensor("w", 1, 1).float32(4, 1).float32(4, 2), "more values than its shape");
    refusedTensor(tensor("w", 1, 1).float32(4, 1).varint(7, 2), "values of two types");
  }

  @Test
  void impossibleShapesAreRefused() {
    refusedTensor(tensor("w", 1, -1), "impossible shape [-1]");
    refusedTensor(tensor("w", 1, 1L << 40, 1L << 40), "impossible shape");
    refusedTensor(tensor("w", 1, 1L << 33), "has 0 bytes, not 34359738368");
  }

  @Test
  void unknownTypesAreRefused() {
    refusedTensor(tensor("w", 8, 1), "data type 8");
    refusedTensor(tensor("w", -1, 1), "data type 0");
    refusedTensor(message().text(8, "w"), "data type 0");
  }

  @Test
  void namesMustBeText() {
    refusedTensor(message().bytes(8, new byte[] {(byte) 0xff}), "not UTF-8");
  }

  @Test
  void externalDataIsRefusedWithAWayOut() {
    refusedTensor(
        tensor("w", 1, 1).message(13, message().text(1, "location")),
        "another file",
        "#onnx-external-data");
    refusedTensor(tensor("w", 1, 1).varint(14, 1), "#onnx-external-data");
  }

  @Test
  void namesGivenTwiceAreRefused() {
    ProtoBytes tensor = floatTensor("w", new float[] {1}, 1);
    ProtoBytes twice = message().message(INITIALIZER, tensor).message(INITIALIZER, tensor);
    refused(ProtoBytes.model(twice).array(), "two initialisers are named w");
    ProtoBytes node = ProtoBytes.node("Relu", "x", "y");
    ProtoBytes nodes = message().message(NODE, node).message(NODE, node);
    refused(ProtoBytes.model(nodes).array(), "two nodes make the value y");
  }

  @Test
  void sparseInitialisersAreRefused() {
    refused(ProtoBytes.model(message().message(15, message())).array(), "sparse");
  }
}
