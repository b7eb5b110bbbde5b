package dev.aroma.io;

import static dev.aroma.io.FileBytes.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.SharedFiles;
import dev.aroma.input.InputException;
import dev.aroma.tensor.DType;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsFileTest {
  @TempDir Path directory;

  private Path file(byte[] bytes) {
    return FileBytes.write(directory.resolve("x.safetensors"), bytes);
  }

  private void refused(byte[] bytes, String... says) {
    Path file = file(bytes);
    assertThatThrownBy(() -> SafetensorsFile.open(file).close())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("x.safetensors")
        .hasMessageContainingAll(says);
  }

  private void refused(String header, int dataBytes, String... says) {
    refused(FileBytes.safetensors(header, dataBytes), says);
  }

  @Test
  void tensorsAreReadByName() {
    byte[] bytes =
        FileBytes.safetensors(
            "{\"__metadata__\":{\"format\":\"pt\"},%s,%s}"
                .formatted(entry("b", "F32", "[2]", 0, 8), entry("a", "U8", "[]", 8, 9)),
            9);
    bytes[bytes.length - 1] = 42;
    try (SafetensorsFile file = SafetensorsFile.open(file(bytes))) {
      assertThat(file.names()).containsExactly("b", "a");
      assertThat(file.contains("a")).isTrue();
      assertThat(file.contains("c")).isFalse();
      assertThat(file.metadata()).isEqualTo(Map.of("format", "pt"));
      assertThat(file.get("a").buffer().get()).isEqualTo((byte) 42);
      assertThat(file.get("a").dtype()).isEqualTo(DType.U8);
      assertThat(file.get("b").toFloats()).containsExactly(0, 0);
    }
  }

  @Test
  void aTensorOutlivesTheFile() {
    RawTensor tensor;
    Path path = file(FileBytes.safetensors("{" + entry("x", "I16", "[1]", 0, 2) + "}", 2));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      tensor = file.get("x");
    }
    assertThat(tensor.buffer().getShort()).isZero();
  }

  @Test
  void emptyTensorsAndPaddedHeadersAreFine() {
    String header = "{" + entry("x", "F32", "[0,3]", 0, 0) + "}      ";
    try (SafetensorsFile file = SafetensorsFile.open(file(FileBytes.safetensors(header, 0)))) {
      assertThat(file.get("x").elements()).isZero();
      assertThat(file.get("x").buffer().hasRemaining()).isFalse();
    }
  }

  @Test
  void aFileWithoutTensorsIsFine() {
    try (SafetensorsFile file = SafetensorsFile.open(file(FileBytes.safetensors("{}", 0)))) {
      assertThat(file.names()).isEmpty();
    }
  }

  @Test
  void unknownFieldsOfATensorAreSkipped() {
    String header =
        "{\"x\":{\"dtype\":\"U8\",\"new\":{\"a\":[1]},\"shape\":[1],\"data_offsets\":[0,1]}}";
    try (SafetensorsFile file = SafetensorsFile.open(file(FileBytes.safetensors(header, 1)))) {
      assertThat(file.names()).containsExactly("x");
    }
  }

  @Test
  void tensorsBeyondTwoGigabytesAreReachedByLongOffsets() throws IOException {
    long hole = 3L << 30; // sparse: takes no space on disk
    String header =
        "{"
            + entry("big", "U8", "[" + hole + "]", 0, hole)
            + ","
            + entry("last", "F32", "[1]", hole, hole + 4)
            + "}";
    byte[] start = FileBytes.safetensors(header, 0);
    Path path = file(start);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      channel.write(java.nio.ByteBuffer.wrap(ProtoBytes.floats(2.5f)), start.length + hole);
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.get("last").toFloats()).containsExactly(2.5f);
      assertThat(file.get("big").segments()).hasSize(3);
      assertThat(file.get("big").segments().get(2).remaining()).isEqualTo(1 << 30);
      assertThatThrownBy(() -> file.get("big").buffer()).hasMessageContaining("segments()");
    }
  }

  @Test
  void segmentsAreCutWhereAsked() throws IOException {
    Path path = FileBytes.write(directory.resolve("bytes"), new byte[20]);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      assertThat(MappedRange.map(channel, 3, 20, 8))
          .extracting(java.nio.ByteBuffer::remaining)
          .containsExactly(8, 8, 1);
      assertThat(MappedRange.map(channel, 3, 3, 8)).isEmpty();
    }
  }

  @Test
  void aMissingTensorIsToldWithItsNeighbours() {
    String header = "{" + entry("bert.pooler.dense.weight", "U8", "[1]", 0, 1) + "}";
    try (SafetensorsFile file = SafetensorsFile.open(file(FileBytes.safetensors(header, 1)))) {
      assertThatThrownBy(() -> file.get("pooler.dense.weight"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("no tensor is named pooler.dense.weight")
          .hasMessageContaining("bert.pooler.dense.weight")
          .hasMessageContaining("#missing-tensor");
      assertThatThrownBy(() -> file.get("x")).hasMessageContaining("1 others");
    }
  }

  @Test
  void aMissingFileIsTold() {
    assertThatThrownBy(() -> SafetensorsFile.open(directory.resolve("none")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("there is no such file")
        .hasMessageContaining("#no-such-file");
    assertThatThrownBy(() -> SafetensorsFile.open(directory))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is a directory");
  }

  @Test
  void tooShortForALength() {
    refused(new byte[0], "0 bytes", "#bad-safetensors");
    refused(new byte[7], "7 bytes, expected at least 8");
  }

  @Test
  void headerLengthsThatLie() {
    byte[] empty = "{}".getBytes(StandardCharsets.UTF_8);
    refused(FileBytes.safetensors(3, empty, 0), "header of 3 bytes, expected 2 to 2");
    refused(FileBytes.safetensors(-1, empty, 0), "18446744073709551615");
    refused(FileBytes.safetensors(Long.MAX_VALUE, empty, 0), "9223372036854775807");
    refused(FileBytes.safetensors(0, empty, 0), "header of 0 bytes");
  }

  @Test
  void aHeaderOverTheLimitIsRefusedUnread() throws IOException {
    Path path = file(FileBytes.safetensors(100_000_001L, new byte[0], 0));
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      channel.write(java.nio.ByteBuffer.allocate(1), 200_000_000L);
    }
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("expected 2 to 100000000");
  }

  @Test
  void headersThatAreNoJson() {
    refused("{\"x\":", 0, "not the JSON");
    refused("nonsense", 0, "not the JSON");
    refused("[1]", 0, "not a JSON object");
    refused("{} {}", 0, "something after");
    refused("\0\0\0\0", 0, "not the JSON");
    refused("[".repeat(5000), 0, "not a JSON object");
    refused("{\"x\":{\"y\":" + "[".repeat(5000), 0, "not the JSON");
    byte[] latin = "{\"é\":1}".getBytes(StandardCharsets.ISO_8859_1);
    refused(FileBytes.safetensors(latin.length, latin, 0), "not UTF-8");
    byte[] wide = "{}".getBytes(StandardCharsets.UTF_16LE);
    refused(FileBytes.safetensors(wide.length, wide, 0), "not the JSON");
  }

  @Test
  void keysGivenTwice() {
    String x = entry("x", "U8", "[1]", 0, 1);
    refused("{" + x + "," + x + "}", 1, "Duplicate");
    refused("{\"x\":{\"dtype\":\"U8\",\"dtype\":\"U8\"}}", 1, "Duplicate");
  }

  @Test
  void tensorsThatLackWhatTheyNeed() {
    refused("{\"x\":1}", 0, "tensor x is not an object");
    refused("{\"x\":{\"shape\":[],\"data_offsets\":[0,1]}}", 1, "x has no dtype");
    refused("{\"x\":{\"dtype\":\"U8\",\"data_offsets\":[0,1]}}", 1, "x has no shape");
    refused("{\"x\":{\"dtype\":\"U8\",\"shape\":[]}}", 1, "lacks two data_offsets");
    refused("{\"x\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0]}}", 1, "lacks two");
    refused("{\"x\":{\"dtype\":\"U8\",\"shape\":{},\"data_offsets\":[0,1]}}", 1, "not an array");
    refused("{\"x\":{\"dtype\":\"U8\",\"shape\":[1.5],\"data_offsets\":[0,1]}}", 1, "whole number");
    refused("{\"__metadata__\":[]}", 0, "__metadata__ is not an object");
    refused("{\"__metadata__\":{\"a\":1}}", 0, "__metadata__.a is no string");
  }

  @Test
  void unknownElementTypes() {
    refused("{" + entry("x", "F8_E4M3", "[1]", 0, 1) + "}", 1, "F8_E4M3", "#unknown-dtype");
    refused("{\"x\":{\"dtype\":3,\"shape\":[],\"data_offsets\":[0,1]}}", 1, "dtype 3");
    refused("{\"x\":{\"dtype\":null,\"shape\":[],\"data_offsets\":[0,1]}}", 1, "dtype null");
  }

  @Test
  void impossibleShapes() {
    refused("{" + entry("x", "U8", "[-1]", 0, 1) + "}", 1, "negative number: -1");
    String overflow = "[4294967296,4294967296]";
    refused("{" + entry("x", "U8", overflow, 0, 1) + "}", 1, "impossible shape");
    refused("{" + entry("x", "F64", "[2305843009213693952]", 0, 1) + "}", 1, "impossible shape");
    refused("{" + entry("x", "U8", "[99999999999999999999]", 0, 1) + "}", 1, "not the JSON");
    refused("{" + entry("x", "F32", "[1000000000]", 0, 4) + "}", 4, "needs 4000000000 bytes");
  }

  @Test
  void offsetsThatLie() {
    refused("{" + entry("x", "F32", "[1]", 0, 4) + "}", 3, "ends at 4, the data at 3");
    refused("{" + entry("x", "F32", "[1]", 0, 4) + "}", 5, "end at byte 4 of the data");
    refused("{" + entry("x", "F32", "[2]", 0, 4) + "}", 4, "needs 8 bytes", "[0, 4]");
    refused("{" + entry("x", "U8", "[0]", 1, 0) + "}", 1, "its offsets are [1, 0]");
    refused("{" + entry("x", "U8", "[1]", 1, 2) + "}", 2, "it follows a hole");
    refused(
        "{" + entry("x", "U8", "[2]", 0, 2) + "," + entry("y", "U8", "[2]", 1, 3) + "}",
        3,
        "tensor y starts at 1, expected 2: it overlaps");
    refused("{" + entry("x", "U8", "[1]", -1, 0) + "}", 1, "negative number");
  }

  @Test
  void aTruncatedDownloadIsRefused() throws IOException {
    Path whole = directory.resolve("whole.safetensors");
    SafetensorsWriter.write(whole, java.util.List.of(RawTensor.ofFloats("x", new float[100], 100)));
    byte[] bytes = Files.readAllBytes(whole);
    for (int length : new int[] {0, 5, 8, 30, bytes.length - 1}) {
      refused(java.util.Arrays.copyOf(bytes, length), "#bad-safetensors");
    }
  }

  @Test
  void theReferenceModelIsReadAsTransformersWroteIt() {
    Path model = SharedFiles.require("reference/models/tiny-roberta/model.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(model)) {
      assertThat(file.metadata()).containsEntry("format", "pt");
      RawTensor words = file.get("roberta.embeddings.word_embeddings.weight");
      assertThat(words.shape()[1]).isEqualTo(32);
      for (float value : words.toFloats()) {
        assertThat(value).isBetween(-10f, 10f);
      }
    }
  }
}
