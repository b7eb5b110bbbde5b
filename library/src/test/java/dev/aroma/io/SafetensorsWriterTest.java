package dev.aroma.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.SharedFiles;
import dev.aroma.input.InputException;
import dev.aroma.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  @TempDir Path directory;

  private static RawTensor floats(String name, float... values) {
    return RawTensor.ofFloats(name, values, values.length);
  }

  private static RawTensor bytes(String name, int count) {
    return RawTensor.of(name, DType.U8, new long[] {count}, () -> ByteBuffer.allocate(count));
  }

  private static String header(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] json = new byte[(int) bytes.getLong()];
    bytes.get(json);
    return new String(json, StandardCharsets.UTF_8);
  }

  @Test
  void whatIsWrittenIsReadBack() {
    Path file = directory.resolve("new/deep/x.safetensors");
    SafetensorsWriter.write(file, List.of(floats("b", 1, 2), bytes("é\"\n", 3), floats("a", 9)));
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThat(read.names()).containsExactly("a", "b", "é\"\n");
      assertThat(read.get("b").toFloats()).containsExactly(1, 2);
      assertThat(read.get("a").toFloats()).containsExactly(9);
      assertThat(read.metadata()).isEqualTo(Map.of("format", "pt"));
    }
  }

  @Test
  void theHeaderIsAlignedAndWideTypesComeFirst() throws IOException {
    Path file = directory.resolve("x.safetensors");
    RawTensor wide = RawTensor.of("z", DType.I64, new long[] {1}, () -> ByteBuffer.allocate(8));
    SafetensorsWriter.write(file, List.of(bytes("a", 3), floats("m", 1), wide), Map.of());
    String header = header(file);
    assertThat(header.length() % 8).isZero();
    assertThat(header.strip())
        .isEqualTo(
            "{\"__metadata__\":{},"
                + "\"z\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]},"
                + "\"m\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]},"
                + "\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[12,15]}}");
  }

  @Test
  void aReferenceFileIsWrittenByteForByteTheSame() throws IOException {
    Path reference = SharedFiles.require("reference/adapters/lora/adapter_model.safetensors");
    List<RawTensor> tensors = new ArrayList<>();
    Path copy = directory.resolve("copy.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(reference)) {
      file.names().forEach(name -> tensors.add(0, file.get(name)));
      SafetensorsWriter.write(copy, tensors, file.metadata());
    }
    assertThat(copy).hasSameBinaryContentAs(reference);
  }

  @Test
  void aFailureWhileWritingKeepsTheOldFileAndLeavesNothingElse() throws IOException {
    Path file = directory.resolve("x.safetensors");
    SafetensorsWriter.write(file, List.of(floats("a", 5)));
    RawTensor broken =
        RawTensor.of(
            "b",
            DType.F32,
            new long[] {1},
            () -> {
              throw new IllegalStateException("no content");
            });
    assertThatThrownBy(() -> SafetensorsWriter.write(file, List.of(floats("a", 6), broken)))
        .hasMessage("no content");
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThat(read.get("a").toFloats()).containsExactly(5);
    }
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aPlaceThatCannotBeWrittenIsTold() {
    Path blocked = FileBytes.write(directory.resolve("file"), "x").resolve("x.safetensors");
    assertThatThrownBy(() -> SafetensorsWriter.write(blocked, List.of()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot write")
        .hasMessageContaining("#cannot-write");
  }

  @Test
  void namesGivenTwiceAreRefused() {
    Path file = directory.resolve("x.safetensors");
    assertThatThrownBy(() -> SafetensorsWriter.write(file, List.of(floats("a", 1), floats("a", 2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a");
    assertThatThrownBy(() -> SafetensorsWriter.write(file, List.of(floats("__metadata__", 1))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(file).doesNotExist();
  }

  @Test
  void aSmallModelIsOneFile() {
    List<Path> files = ShardedWriter.write(directory, List.of(floats("a", 1), floats("b", 2)), 8);
    assertThat(files).containsExactly(directory.resolve("model.safetensors"));
  }

  @Test
  void aModelWithoutTensorsIsOneFile() {
    assertThat(ShardedWriter.write(directory, List.of(), 8)).hasSize(1);
  }

  @Test
  void aLargeModelIsSplitWithAnIndex() {
    List<RawTensor> tensors =
        List.of(floats("c", 5, 6, 7), floats("a", 1), floats("b", 2), floats("d", 8));
    List<Path> files = ShardedWriter.write(directory, tensors, 8);
    assertThat(files)
        .extracting(path -> path.getFileName().toString())
        .containsExactly(
            "model-00001-of-00003.safetensors",
            "model-00002-of-00003.safetensors",
            "model-00003-of-00003.safetensors",
            "model.safetensors.index.json");
    JsonConfig index = JsonConfig.read(files.get(3));
    assertThat(index.object("metadata").orElseThrow().requireInt("total_size")).isEqualTo(24);
    JsonConfig map = index.object("weight_map").orElseThrow();
    assertThat(map.requireString("b")).isEqualTo("model-00001-of-00003.safetensors");
    assertThat(map.requireString("c")).isEqualTo("model-00002-of-00003.safetensors");
    try (TensorSource model = Checkpoint.open(directory)) {
      assertThat(model.names()).containsExactly("a", "b", "c", "d");
      assertThat(model.get("c").toFloats()).containsExactly(5, 6, 7);
      assertThat(model.get("d").toFloats()).containsExactly(8);
    }
  }

  @Test
  void aDirectoryThatHoldsAModelIsRefused() {
    ShardedWriter.write(directory, List.of(floats("a", 1)), 8);
    assertThatThrownBy(() -> ShardedWriter.write(directory, List.of(floats("a", 2)), 8))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("already holds a model")
        .hasMessageContaining("#output-not-empty");
  }

  @Test
  void aFailureInALaterShardLeavesNoShards() throws IOException {
    RawTensor broken = RawTensor.of("z", DType.U8, new long[] {9}, () -> ByteBuffer.allocate(1));
    assertThatThrownBy(() -> ShardedWriter.write(directory, List.of(floats("a", 1), broken), 8))
        .isInstanceOf(IllegalStateException.class);
    try (var files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void textIsReplacedAtOnce() {
    Path file = directory.resolve("a/b.json");
    AtomicFile.writeText(file, "old");
    AtomicFile.writeText(file, "né");
    assertThat(file).hasContent("né");
  }
}
