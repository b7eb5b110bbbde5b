package dev.aroma.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.SharedFiles;
import dev.aroma.input.InputException;
import dev.aroma.io.AdapterFiles.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdapterFilesTest {
  private static final String Q = "encoder.layer.0.attention.self.query";
  private static final String K = "encoder.layer.0.attention.self.key";
  private static final String V = "encoder.layer.1.attention.self.value";

  @TempDir Path directory;

  private static float[] random(int seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static LoraFactors factors(String module, int rank, double alpha) {
    int seed = module.hashCode();
    return LoraFactors.of(
        module, rank, 3, 5, random(seed, rank * 5), random(seed + 1, 3 * rank), alpha);
  }

  /** Ranks 2, 0 and 4 at scale 4, and a head. */
  private static LoraAdapter mixed() {
    return new LoraAdapter(
        "org/base",
        "SEQ_CLS",
        List.of(factors(Q, 2, 8), factors(K, 0, 0), factors(V, 4, 16)),
        List.of(
            RawTensor.ofFloats("classifier.out_proj.weight", random(1, 6), 2, 3),
            RawTensor.ofFloats("classifier.out_proj.bias", random(2, 2), 2)));
  }

  private Path write(LoraAdapter adapter, Mode mode) {
    Path target = directory.resolve("adapter");
    assertThat(AdapterFiles.write(target, adapter, mode)).isTrue();
    return target;
  }

  private static ObjectNode config(Path adapter) {
    return AdapterFiles.readConfig(adapter).json();
  }

  /** scale · B A, row-major. */
  private static double[] update(LoraFactors factors) {
    float[] a = factors.a().toFloats();
    float[] b = factors.b().toFloats();
    double[] product = new double[factors.outputs() * factors.inputs()];
    for (int row = 0; row < factors.outputs(); row++) {
      for (int column = 0; column < factors.inputs(); column++) {
        for (int k = 0; k < factors.rank(); k++) {
          product[row * factors.inputs() + column] +=
              factors.scale() * b[row * factors.rank() + k] * a[k * factors.inputs() + column];
        }
      }
    }
    return product;
  }

  private static LoraFactors module(LoraAdapter adapter, String name) {
    return adapter.modules().stream()
        .filter(module -> module.module().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void compactTellsEachModulesRankAndAlpha() {
    JsonNode json = config(write(mixed(), Mode.COMPACT));
    assertThat(json.get("r").intValue()).isEqualTo(4);
    assertThat(json.get("lora_alpha")).hasToString("16");
    assertThat(json.get("rank_pattern")).hasToString("{\"" + Q + "\":2}");
    assertThat(json.get("alpha_pattern")).hasToString("{\"" + Q + "\":8}");
    assertThat(json.get("target_modules")).hasToString("[\"" + Q + "\",\"" + V + "\"]");
    assertThat(json.get("modules_to_save")).hasToString("[\"classifier\"]");
    assertThat(json.get("task_type").textValue()).isEqualTo("SEQ_CLS");
    assertThat(json.get("base_model_name_or_path").textValue()).isEqualTo("org/base");
    assertThat(json.get("peft_type").textValue()).isEqualTo("LORA");
  }

  @Test
  void paddedHasOneRankForAllAndNoPatterns() {
    JsonNode json = config(write(mixed(), Mode.PADDED));
    assertThat(json.get("r").intValue()).isEqualTo(4);
    assertThat(json.get("lora_alpha")).hasToString("16");
    assertThat(json.get("rank_pattern")).hasToString("{}");
    assertThat(json.get("alpha_pattern")).hasToString("{}");
    assertThat(json.get("target_modules")).hasSize(3);
  }

  @Test
  void keysAreThoseOfPeft() {
    Path adapter = write(mixed(), Mode.COMPACT);
    try (SafetensorsFile file =
        SafetensorsFile.open(adapter.resolve("adapter_model.safetensors"))) {
      assertThat(file.metadata()).containsEntry("format", "pt");
      assertThat(file.names())
          .containsExactlyInAnyOrder(
              "base_model.model." + Q + ".lora_A.weight",
              "base_model.model." + Q + ".lora_B.weight",
              "base_model.model." + V + ".lora_A.weight",
              "base_model.model." + V + ".lora_B.weight",
              "base_model.model.classifier.out_proj.weight",
              "base_model.model.classifier.out_proj.bias");
      assertThat(file.get("base_model.model." + Q + ".lora_A.weight").shape())
          .containsExactly(2, 5);
      assertThat(file.get("base_model.model." + Q + ".lora_B.weight").shape())
          .containsExactly(3, 2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenIsReadBack(Mode mode) {
    LoraAdapter written = mixed();
    LoraAdapter read = AdapterFiles.read(write(written, mode));
    assertThat(read.baseModel()).isEqualTo("org/base");
    assertThat(read.taskType()).isEqualTo("SEQ_CLS");
    assertThat(read.largestRank()).isEqualTo(4);
    for (String name : List.of(Q, V)) {
      assertThat(update(module(read, name)))
          .containsExactly(update(module(written, name)), within(1e-12));
    }
    assertThat(read.head())
        .extracting(RawTensor::name)
        .containsExactlyInAnyOrder("classifier.out_proj.weight", "classifier.out_proj.bias");
    assertThat(read.modules()).hasSize(mode == Mode.COMPACT ? 2 : 3);
  }

  @Test
  void paddingMakesUpForScalesThatDiffer() {
    LoraAdapter written =
        new LoraAdapter("", "", List.of(factors(Q, 2, 3), factors(V, 4, 16)), List.of());
    LoraAdapter read = AdapterFiles.read(write(written, Mode.PADDED));
    assertThat(update(module(read, Q))).containsExactly(update(module(written, Q)), within(1e-6));
    assertThat(module(read, Q).rank()).isEqualTo(4);
    assertThat(module(read, Q).scale()).isEqualTo(4);
  }

  @Test
  void paddingRankZeroGivesZeros() {
    LoraAdapter read = AdapterFiles.read(write(mixed(), Mode.PADDED));
    assertThat(module(read, K).rank()).isEqualTo(4);
    assertThat(update(module(read, K))).containsOnly(0);
  }

  @Test
  void fractionalAlphasStayExact() {
    LoraAdapter written = new LoraAdapter("", "", List.of(factors(Q, 2, 0.75)), List.of());
    Path adapter = write(written, Mode.COMPACT);
    assertThat(config(adapter).get("lora_alpha")).hasToString("0.75");
    assertThat(config(adapter).get("task_type").isNull()).isTrue();
    assertThat(config(adapter).get("modules_to_save").isNull()).isTrue();
    assertThat(AdapterFiles.read(adapter).modules().get(0).alpha()).isEqualTo(0.75);
  }

  @Test
  void aTrainedPartOfTheBaseIsSavedWithoutTheWholeBase() {
    RawTensor pooler = RawTensor.ofFloats("encoder.pooler.dense.bias", new float[] {1}, 1);
    RawTensor score = RawTensor.ofFloats("score.weight", new float[] {1}, 1);
    LoraAdapter written =
        new LoraAdapter("", "", List.of(factors(Q, 1, 1)), List.of(pooler, score));
    assertThat(config(write(written, Mode.COMPACT)).get("modules_to_save"))
        .hasToString("[\"encoder.pooler.dense\",\"score\"]");
  }

  @Test
  void withoutAnyRankNothingIsWritten() {
    LoraAdapter none = new LoraAdapter("", "SEQ_CLS", List.of(factors(Q, 0, 0)), List.of());
    Path target = directory.resolve("adapter");
    assertThat(AdapterFiles.write(target, none, Mode.COMPACT)).isFalse();
    assertThat(AdapterFiles.write(target, none, Mode.PADDED)).isFalse();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void anAdapterIsReplacedWhole() throws IOException {
    write(mixed(), Mode.PADDED);
    Path adapter = write(mixed(), Mode.COMPACT);
    assertThat(AdapterFiles.read(adapter).modules()).hasSize(2);
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(adapter);
    }
  }

  @Test
  void aFailureKeepsTheOldAdapterAndLeavesNothingElse() throws IOException {
    Path adapter = write(mixed(), Mode.COMPACT);
    RawTensor broken =
        RawTensor.of(
            "classifier.bias",
            dev.aroma.tensor.DType.F32,
            new long[] {1},
            () -> {
              throw new IllegalStateException("no content");
            });
    LoraAdapter bad = new LoraAdapter("", "", List.of(factors(Q, 1, 1)), List.of(broken));
    assertThatThrownBy(() -> AdapterFiles.write(adapter, bad, Mode.COMPACT))
        .hasMessage("no content");
    assertThat(AdapterFiles.read(adapter).modules()).hasSize(2);
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(adapter);
    }
  }

  @Test
  void aDirectoryWithOtherFilesIsNotReplaced() {
    Path target = directory.resolve("adapter");
    Path precious = FileBytes.write(target.resolve("precious.txt"), "x");
    assertThatThrownBy(() -> AdapterFiles.write(target, mixed(), Mode.COMPACT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("precious.txt")
        .hasMessageContaining("#output-not-empty");
    assertThat(precious).exists();
  }

  @Test
  void aPlaceThatCannotBeWrittenIsTold() {
    Path file = FileBytes.write(directory.resolve("file"), "x");
    assertThatThrownBy(() -> AdapterFiles.write(file.resolve("a"), mixed(), Mode.COMPACT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("#cannot-write");
    assertThatThrownBy(() -> AdapterFiles.write(file, mixed(), Mode.COMPACT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("#cannot-write");
  }

  @Test
  void factorsMustFitEachOther() {
    RawTensor a = RawTensor.ofFloats("a", new float[6], 2, 3);
    RawTensor b = RawTensor.ofFloats("b", new float[6], 3, 2);
    assertThat(new LoraFactors("m", a, b, 1).rank()).isEqualTo(2);
    assertThatThrownBy(() -> new LoraFactors("m", b, b, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(factors(Q, 0, 7).scale()).isZero();
  }

  @Test
  void everyFieldThatWeWriteIsOneOfPeftsAndOfItsType() {
    Path reference = SharedFiles.require("reference/adapters/lora");
    ObjectNode theirs = config(reference);
    ObjectNode ours = config(write(mixed(), Mode.COMPACT));
    ours.properties()
        .forEach(
            field -> {
              JsonNode their = theirs.get(field.getKey());
              assertThat(their).as(field.getKey()).isNotNull();
              if (!their.isNull()) {
                assertThat(field.getValue().getNodeType()).isEqualTo(their.getNodeType());
              }
            });
  }

  @Test
  void theReferenceAdapterIsRead() {
    LoraAdapter adapter = AdapterFiles.read(SharedFiles.require("reference/adapters/lora"));
    assertThat(adapter.modules()).hasSize(12).allMatch(module -> module.rank() == 4);
    assertThat(adapter.modules()).allMatch(module -> module.scale() == 2);
    assertThat(adapter.taskType()).isEqualTo("SEQ_CLS");
    assertThat(adapter.baseModel()).isEmpty();
    assertThat(adapter.head())
        .extracting(RawTensor::name)
        .containsExactly(
            "classifier.dense.bias",
            "classifier.dense.weight",
            "classifier.out_proj.bias",
            "classifier.out_proj.weight");
  }

  @Test
  void theReferencePatternsAreRead() {
    LoraAdapter adapter =
        AdapterFiles.read(SharedFiles.require("reference/adapters/lora-patterns"));
    LoraFactors query = module(adapter, "roberta.encoder.layer.0.attention.self.query");
    assertThat(query.rank()).isEqualTo(5);
    assertThat(query.alpha()).isEqualTo(10);
    LoraFactors down = module(adapter, "roberta.encoder.layer.1.output.dense");
    assertThat(down.rank()).isEqualTo(1);
    assertThat(down.alpha()).isEqualTo(2);
    LoraFactors other = module(adapter, "roberta.encoder.layer.1.attention.output.dense");
    assertThat(other.rank()).isEqualTo(2);
    assertThat(other.alpha()).isEqualTo(4);
  }

  @Test
  void theReferencePatternsSurviveBeingWritten() {
    Path reference = SharedFiles.require("reference/adapters/lora-patterns");
    LoraAdapter read = AdapterFiles.read(reference);
    LoraAdapter again = AdapterFiles.read(write(read, Mode.COMPACT));
    LoraAdapter padded = AdapterFiles.read(write(read, Mode.PADDED));
    for (LoraFactors module : read.modules()) {
      LoraFactors same = module(again, module.module());
      assertThat(same.rank()).isEqualTo(module.rank());
      assertThat(same.a().toFloats()).isEqualTo(module.a().toFloats());
      assertThat(same.b().toFloats()).isEqualTo(module.b().toFloats());
      assertThat(same.alpha()).isEqualTo(module.alpha());
      assertThat(update(module(padded, module.module())))
          .containsExactly(update(module), within(1e-9));
    }
  }

  @Test
  void biasesAndWrappedModulesComeUnderTheirPlainNames() {
    LoraAdapter adapter =
        AdapterFiles.read(SharedFiles.require("reference/adapters/lora-bias-all"));
    assertThat(adapter.modules()).hasSize(4);
    assertThat(adapter.head())
        .extracting(RawTensor::name)
        .contains(
            "roberta.encoder.layer.0.attention.self.query.bias",
            "roberta.embeddings.LayerNorm.bias",
            "classifier.out_proj.weight")
        .doesNotHaveDuplicates()
        .noneMatch(name -> name.contains("modules_to_save") || name.contains("base_layer"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"adalora", "ia3", "vera", "prefix", "prompt", "p-tuning"})
  void otherKindsOfAdaptersAreRefused(String kind) {
    Path reference = SharedFiles.require("reference/adapters/" + kind);
    assertThatThrownBy(() -> AdapterFiles.read(reference))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("expected LORA")
        .hasMessageContaining("#unsupported-adapter");
  }

  @Test
  void magnitudesOfDoraAreReadAndWritten() {
    LoraAdapter adapter = AdapterFiles.read(SharedFiles.require("reference/adapters/dora"));
    assertThat(adapter.dora()).isTrue();
    Path written = write(adapter, Mode.COMPACT);
    assertThat(config(written).get("use_dora").asBoolean()).isTrue();
    LoraAdapter again = AdapterFiles.read(written);
    for (LoraFactors module : adapter.modules()) {
      assertThat(module(again, module.module()).magnitude().toFloats())
          .hasSize(module.outputs())
          .isEqualTo(module.magnitude().toFloats());
    }
  }

  @Test
  void doraWithoutMagnitudesIsRefused() {
    rewrite("use_dora", "true");
    refused("lora_A.weight without", "lora_magnitude_vector", "#bad-adapter");
  }

  private void rewrite(String key, String json) {
    Path adapter = write(mixed(), Mode.COMPACT);
    ObjectNode config = config(adapter);
    config.set(key, JsonConfig.parse("x", "{\"v\":" + json + "}").json().get("v"));
    FileBytes.write(adapter.resolve("adapter_config.json"), config.toString());
  }

  private void refused(String... says) {
    assertThatThrownBy(() -> AdapterFiles.read(directory.resolve("adapter")))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(says);
  }

  @Test
  void patternsMatchEndingsAndExpressionsFirstHitWins() {
    rewrite("alpha_pattern", "{\"self.query\":6,\"layer\\\\.[01]\\\\..*\":10}");
    LoraAdapter adapter = AdapterFiles.read(directory.resolve("adapter"));
    assertThat(module(adapter, Q).alpha()).isEqualTo(6);
    assertThat(module(adapter, V).alpha()).isEqualTo(10);
  }

  @Test
  void rankStabilisedScalesAreTurnedIntoPlainOnes() {
    rewrite("use_rslora", "true");
    LoraAdapter adapter = AdapterFiles.read(directory.resolve("adapter"));
    assertThat(module(adapter, V).scale()).isCloseTo(16 / Math.sqrt(4), within(1e-12));
    assertThat(module(adapter, Q).scale()).isCloseTo(8 / Math.sqrt(2), within(1e-12));
  }

  @Test
  void configsThatDoNotFitAreRefused() {
    rewrite("r", "3");
    refused("lora_A.weight has shape [4, 5], expected [3, 5]", "#wrong-shape");
    rewrite("r", "0");
    refused("key r: expected a whole number from 1", "found 0");
    rewrite("rank_pattern", "{\"" + Q + "\":\"two\"}");
    refused("rank_pattern." + Q);
    rewrite("rank_pattern", "{\"(\":2}");
    refused("rank_pattern", "regular expressions");
    rewrite("lora_alpha", "\"x\"");
    refused("key lora_alpha: expected a number");
    for (String beyond : new String[] {"1e300", "-1e300", "1e999"}) { // a float would overflow
      rewrite("lora_alpha", beyond);
      refused("key lora_alpha: expected a number");
    }
    rewrite("peft_type", "null");
    refused("peft_type");
  }

  @Test
  void aDirectoryThatIsNoAdapterIsTold() {
    assertThatThrownBy(() -> AdapterFiles.read(directory))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has no adapter_config.json")
        .hasMessageContaining("#not-an-adapter");
    FileBytes.write(directory.resolve("adapter_config.json"), "{\"peft_type\":\"LORA\",\"r\":1}");
    assertThatThrownBy(() -> AdapterFiles.read(directory))
        .hasMessageContaining("adapter_model.safetensors: there is no such file");
  }

  private void weights(RawTensor... tensors) {
    Path adapter = write(mixed(), Mode.COMPACT);
    SafetensorsWriter.write(adapter.resolve("adapter_model.safetensors"), List.of(tensors));
  }

  @Test
  void tensorsThatAreNoPairsAreRefused() {
    RawTensor a = RawTensor.ofFloats("base_model.model.x.lora_A.weight", new float[8], 4, 2);
    RawTensor b = RawTensor.ofFloats("base_model.model.x.lora_B.weight", new float[8], 2, 4);
    weights(a);
    refused("without base_model.model.x.lora_B.weight", "#bad-adapter");
    weights(b);
    refused("without base_model.model.x.lora_A.weight", "#bad-adapter");
    weights(a.named("x.lora_A.weight"));
    refused("found x.lora_A.weight", "#unsupported-adapter");
    weights(a, b, b.named("base_model.model.x.lora_magnitude_vector"));
    refused("lora_magnitude_vector", "#unsupported-adapter");
    weights(RawTensor.ofFloats(a.name(), new float[8], 8), b);
    refused("expected a matrix", "#unsupported-adapter");
  }
}
