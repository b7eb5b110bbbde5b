package dev.aroma.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.SharedFiles;
import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  @TempDir Path directory;

  private void index(String weightMap) {
    FileBytes.write(
        directory.resolve("model.safetensors.index.json"), "{\"weight_map\":" + weightMap + "}");
  }

  private void shard(String name, String tensor) {
    SafetensorsWriter.write(
        directory.resolve(name), List.of(RawTensor.ofFloats(tensor, new float[] {3}, 1)));
  }

  private void refused(String... says) {
    assertThatThrownBy(() -> Checkpoint.open(directory).close())
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(says);
  }

  @Test
  void aSingleFileIsOpenedByDirectoryOrByName() {
    shard("model.safetensors", "x");
    for (Path path : List.of(directory, directory.resolve("model.safetensors"))) {
      try (TensorSource model = Checkpoint.open(path)) {
        assertThat(model.get("x").toFloats()).containsExactly(3);
        assertThat(model.source()).endsWith("model.safetensors");
      }
    }
  }

  @Test
  void shardsAreOneModel() {
    shard("a.safetensors", "x");
    shard("b.safetensors", "y");
    index("{\"y\":\"b.safetensors\",\"x\":\"a.safetensors\"}");
    try (TensorSource model = Checkpoint.open(directory)) {
      assertThat(model.names()).containsExactly("y", "x");
      assertThat(model.contains("x")).isTrue();
      assertThat(model.get("x").name()).isEqualTo("x");
      assertThat(model.source()).endsWith("index.json");
      assertThatThrownBy(() -> model.get("z")).hasMessageContaining("#missing-tensor");
    }
  }

  @Test
  void theSingleFileGoesBeforeTheIndex() {
    shard("model.safetensors", "single");
    index("{\"x\":\"gone.safetensors\"}");
    try (TensorSource model = Checkpoint.open(directory)) {
      assertThat(model.names()).containsExactly("single");
    }
  }

  @Test
  void aMissingShardIsNamed() {
    index("{\"x\":\"a.safetensors\"}");
    refused("names the shard a.safetensors (for x)", "#missing-shard");
  }

  @Test
  void aTensorThatItsShardLacksIsNamed() {
    shard("a.safetensors", "x");
    index("{\"y\":\"a.safetensors\"}");
    refused("a.safetensors holds tensor y, which it does not", "#shard-lacks-tensor");
  }

  @Test
  void aDamagedShardIsRefused() {
    FileBytes.write(directory.resolve("a.safetensors"), "short");
    index("{\"y\":\"a.safetensors\"}");
    refused("a.safetensors", "#bad-safetensors");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../a.safetensors",
        "/etc/a.safetensors",
        "sub/a.safetensors",
        "a\\\\b.safetensors",
        "..",
        "",
        "config.json",
        ".safetensors"
      })
  void shardNamesCannotLeaveTheDirectory(String name) {
    index("{\"x\":\"" + name + "\"}");
    refused("weight_map.x: expected the plain name of a .safetensors file", "#bad-config");
  }

  @Test
  void anIndexThatIsNoneIsRefused() {
    index("[]");
    refused("weight_map", "expected an object");
    index("{\"x\":1}");
    refused("weight_map.x: expected a string, found 1");
    FileBytes.write(directory.resolve("model.safetensors.index.json"), "{}");
    refused("weight_map", "no such key");
    FileBytes.write(directory.resolve("model.safetensors.index.json"), "{");
    refused("#bad-json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch_model.bin", "pytorch_model.bin.index.json"})
  void pickledWeightsAreRefusedWithTheWayOut(String name) {
    FileBytes.write(directory.resolve(name), "x");
    refused(name, "save_pretrained", "#pickled-weights");
  }

  @Test
  void aDirectoryWithoutWeightsIsTold() {
    refused("no weights", "#no-weights");
  }

  @Test
  void aFileThatIsNotThereIsTold() {
    assertThatThrownBy(() -> Checkpoint.open(directory.resolve("none")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("#no-such-file");
  }

  @Test
  void everyReferenceModelOpens() throws IOException {
    Path models = SharedFiles.require("reference/models");
    try (var list = Files.list(models)) {
      for (Path model : list.sorted().toList()) {
        HfDirectory hf = HfDirectory.open(model);
        try (TensorSource weights = hf.weights()) {
          assertThat(weights.names()).isNotEmpty();
          assertThat(hf.config().requireInt("hidden_size")).isEqualTo(32);
          weights.names().forEach(name -> assertThat(weights.get(name).toFloats()).isNotEmpty());
        }
      }
    }
  }
}
