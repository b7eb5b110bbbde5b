package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aroma.input.InputException;
import dev.aroma.io.AdapterFiles;
import dev.aroma.io.AdapterFiles.Mode;
import dev.aroma.io.LoraFactors;
import dev.aroma.io.RawTensor;
import dev.aroma.io.SafetensorsFile;
import dev.aroma.io.SafetensorsWriter;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.model.TinyModels;
import dev.aroma.peft.MethodOptions;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdapterStoreTest {
  @TempDir Path directory;

  /** A trained adapter of a method and the logits of its model. */
  private float[] written(MethodOptions options, Path target, Mode mode, boolean adaLora) {
    SequenceClassifier model = TinyModels.random("roberta", 3, DType.F32);
    try (Tuner tuner = MethodBench.attach(options, model, 30)) {
      MethodBench.train(model, tuner, 30, 1);
      if (adaLora) {
        AdapterStore.writeAdaLora(target, "org/base", model, tuner);
      } else {
        AdapterStore.write(target, "org/base", model, tuner, mode);
      }
      return MethodBench.logits(model);
    } finally {
      model.unload();
    }
  }

  private Path written(String method) {
    Path target = directory.resolve(method);
    written(MethodBench.method(method), target, Mode.COMPACT, false);
    return target;
  }

  private static float[] loaded(Path adapter) {
    SequenceClassifier model = TinyModels.random("roberta", 3, DType.F32);
    try (AppliedAdapter applied = AdapterStore.apply(model, adapter)) {
      return MethodBench.logits(model);
    } finally {
      model.unload();
    }
  }

  private static void refused(Path adapter, String... says) {
    assertThatThrownBy(() -> loaded(adapter))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(says);
  }

  private static MethodOptions adalora() {
    return MethodBench.method(
        "adalora", "initial-rank", "4", "target-rank", "2", "interval", "1", "initial-steps", "5");
  }

  private static JsonNode config(Path adapter) throws IOException {
    return new ObjectMapper().readTree(adapter.resolve("adapter_config.json").toFile());
  }

  @Test
  void adaloraIsALoraOfRanksThatDifferOrOfOneRank() throws IOException {
    Path compact = directory.resolve("compact");
    Path padded = directory.resolve("padded");
    float[] logits = written(adalora(), compact, Mode.COMPACT, false);
    written(adalora(), padded, Mode.PADDED, false);
    assertThat(AdapterFiles.read(compact).modules())
        .extracting(LoraFactors::rank)
        .contains(1)
        .doesNotContain(0);
    assertThat(config(compact).get("rank_pattern")).isNotEmpty();
    assertThat(AdapterFiles.read(padded).modules()).extracting(LoraFactors::rank).containsOnly(4);
    assertThat(config(padded).get("rank_pattern")).isEmpty();
    assertThat(loaded(compact)).containsExactly(logits, within(1e-5f));
    assertThat(loaded(padded)).containsExactly(logits, within(1e-5f));
  }

  @Test
  void adaloraIsWrittenUnderItsOwnTypeToo() throws IOException {
    Path adapter = directory.resolve("native");
    float[] logits = written(adalora(), adapter, Mode.COMPACT, true);
    assertThat(loaded(adapter)).containsExactly(logits, within(1e-5f));
    JsonNode config = config(adapter);
    assertThat(config.get("peft_type").asText()).isEqualTo("ADALORA");
    assertThat(config.get("init_r").asInt()).isEqualTo(4);
    assertThat(config.get("lora_alpha").asDouble()).isEqualTo(32);
    assertThat(config.get("rank_pattern").isNull()).isTrue();
    assertThat(config.get("target_modules")).hasSize(12);
    try (SafetensorsFile file =
        SafetensorsFile.open(adapter.resolve("adapter_model.safetensors"))) {
      String query = "base_model.model.roberta.encoder.layer.0.attention.self.query.";
      assertThat(file.get(query + "lora_A").shape()).containsExactly(4, 16);
      assertThat(file.get(query + "lora_B").shape()).containsExactly(16, 4);
      assertThat(file.get(query + "lora_E").shape()).containsExactly(4, 1);
    }
  }

  @Test
  void keysOfVeraAndIa3AreThoseOfPeft() throws IOException {
    Path vera = written("vera");
    try (SafetensorsFile file = SafetensorsFile.open(vera.resolve("adapter_model.safetensors"))) {
      assertThat(file.names())
          .contains(
              "base_model.vera_A",
              "base_model.vera_B",
              "base_model.model.classifier.dense.weight",
              "base_model.model.roberta.encoder.layer.1.attention.self.value.vera_lambda_b",
              "base_model.model.roberta.encoder.layer.1.attention.self.value.vera_lambda_d");
      assertThat(file.get("base_model.vera_A").shape()).containsExactly(256, 16);
    }
    assertThat(config(vera).get("save_projection").asBoolean()).isTrue();
    Path ia3 = written("ia3");
    String layer = "roberta.encoder.layer.0.";
    try (SafetensorsFile file = SafetensorsFile.open(ia3.resolve("adapter_model.safetensors"))) {
      assertThat(file.get("base_model.model." + layer + "attention.self.key.ia3_l").shape())
          .containsExactly(16, 1);
      assertThat(file.get("base_model.model." + layer + "output.dense.ia3_l").shape())
          .containsExactly(1, 32);
    }
    List<String> feedforward = new ArrayList<>();
    config(ia3).get("feedforward_modules").forEach(path -> feedforward.add(path.asText()));
    assertThat(feedforward)
        .containsExactly(
            "roberta.encoder.layer.0.output.dense", "roberta.encoder.layer.1.output.dense");
    assertThat(config(ia3).get("target_modules")).hasSize(6);
  }

  @Test
  void theHeadAloneIsAFileOfItsOwn() {
    assertThat(written("head").resolve("head.safetensors")).isNotEmptyFile();
  }

  /** Writes the weights anew with some changed: null leaves one out. */
  private static void rewrite(Path adapter, Function<RawTensor, RawTensor> change)
      throws IOException {
    Path weights;
    try (Stream<Path> files = Files.list(adapter)) {
      weights = files.filter(f -> f.toString().endsWith(".safetensors")).findFirst().orElseThrow();
    }
    List<RawTensor> tensors = new ArrayList<>();
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      for (String name : file.names()) {
        RawTensor changed = change.apply(file.get(name));
        if (changed != null) {
          tensors.add(RawTensor.ofFloats(changed.name(), changed.toFloats(), changed.shape()));
        }
      }
    }
    SafetensorsWriter.write(weights, tensors);
  }

  @ParameterizedTest
  @CsvSource({
    "vera, base_model.vera_A, no tensor vera_A",
    "vera, vera_lambda_d, 'layer.0.attention.self.query.vera_lambda_d'",
    "houlsby, layer.0.output.dense.adapter.up.bias, 'layer.0.output.dense.adapter.up.bias'",
    "bitfit, classifier.dense.weight, no counterpart for classifier.dense.weight",
    "ia3, classifier.out_proj.bias, no counterpart for classifier.out_proj.bias",
  })
  void whatIsMissingIsNamed(String method, String ending, String says) throws IOException {
    Path adapter = written(method);
    rewrite(adapter, tensor -> tensor.name().endsWith(ending) ? null : tensor);
    refused(adapter, adapter.toString(), says);
  }

  @ParameterizedTest
  @CsvSource({
    "vera, vera_lambda_b",
    "vera, vera_lambda_d",
    "vera, vera_A",
    "ia3, ia3_l",
    "houlsby, down.weight",
    "houlsby, up.weight",
    "pfeiffer, up.bias",
    "bitfit, query.bias",
    "full, word_embeddings.weight",
  })
  void tensorsOfAnotherShapeAreRefused(String method, String ending) throws IOException {
    for (long[] shape : new long[][] {{3}, {1, 3}, {3, 1}, {2, 2, 2}, {0}}) {
      Path adapter = written(method);
      long count = 1;
      for (long size : shape) {
        count *= size;
      }
      float[] values = new float[(int) count];
      rewrite(
          adapter,
          t -> t.name().endsWith(ending) ? RawTensor.ofFloats(t.name(), values, shape) : t);
      refused(adapter, adapter.toString());
    }
  }

  @Test
  void layersThatTheModelLacksAreNamed() throws IOException {
    for (String method : List.of("vera", "ia3", "lora", "pfeiffer", "bitfit")) {
      Path adapter = written(method);
      rewrite(adapter, tensor -> tensor.named(tensor.name().replace("layer.1", "layer.5")));
      refused(adapter, "no counterpart for roberta.encoder.layer.5", "#adapter-mismatch");
    }
  }

  @Test
  void versionsAndFormatsToComeAreRefused() throws IOException {
    Path adapter = written("bitfit");
    Path json = adapter.resolve("aroma_adapter.json");
    String good = Files.readString(json);
    Files.writeString(json, good.replace("\"version\" : 1", "\"version\" : 2"));
    refused(adapter, "key version: expected 1, the one that this release reads, found 2");
    Files.writeString(json, good.replace("aroma-adapter", "other"));
    refused(adapter, "key format: expected \"aroma-adapter\"");
    Files.delete(adapter.resolve("aroma_adapter.safetensors"));
    Files.writeString(json, good);
    refused(adapter, "aroma_adapter.safetensors");
  }

  @Test
  void anAdapterThatWasAppliedCanBeTakenOffWhereItIsAttached() {
    SequenceClassifier model = TinyModels.random("roberta", 3, DType.F32);
    Path adapter = written("pfeiffer");
    AppliedAdapter applied = AdapterStore.apply(model, adapter);
    float[] with = MethodBench.logits(model);
    applied.close();
    assertThat(MethodBench.logits(model)).isNotEqualTo(with);
    model.unload();
  }
}
