package dev.aroma.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileReaderTest {
  @TempDir private Path directory;

  private RawTensor written;
  private final List<Integer> sizes = new ArrayList<>();

  private SafetensorsFile open() {
    float[] values = new float[21];
    for (int i = 0; i < values.length; i++) {
      values[i] = i - 7.5f;
    }
    written = RawTensor.ofFloats("x", values, 3, 7);
    Path file = directory.resolve("x.safetensors");
    SafetensorsWriter.write(file, List.of(RawTensor.ofFloats("a", new float[5], 5), written));
    return SafetensorsFile.open(file);
  }

  private byte[] pieces(RawTensor tensor) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    tensor.forEachPiece(
        ByteBuffer.allocateDirect(32),
        piece -> {
          assertThat(piece.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
          sizes.add(piece.remaining());
          byte[] bytes = new byte[piece.remaining()];
          piece.get(bytes);
          all.writeBytes(bytes);
        });
    return all.toByteArray();
  }

  @Test
  void thePiecesAreTheTensor() {
    try (SafetensorsFile file = open()) {
      byte[] expected = FileReaderTest.bytes(written);
      assertThat(pieces(file.get("x"))).isEqualTo(expected);
      assertThat(sizes).containsExactly(32, 32, 20);
      assertThat(pieces(file.get("x").named("y"))).isEqualTo(expected);
      assertThat(pieces(written)).isEqualTo(expected);
    }
  }

  @Test
  void aTensorOutlivesItsFile() {
    RawTensor tensor;
    try (SafetensorsFile file = open()) {
      tensor = file.get("x");
    }
    assertThat(pieces(tensor)).isEqualTo(bytes(written));
  }

  private static byte[] bytes(RawTensor tensor) {
    ByteBuffer buffer = tensor.buffer();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
