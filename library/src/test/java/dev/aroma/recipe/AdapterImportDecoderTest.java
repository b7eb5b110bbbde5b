package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.TinyLlama;
import dev.aroma.input.InputException;
import dev.aroma.io.AdapterFiles;
import dev.aroma.io.LoraAdapter;
import dev.aroma.io.LoraFactors;
import dev.aroma.io.SafetensorsFile;
import dev.aroma.recipe.Export.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Adapters of models that write, brought in. */
class AdapterImportDecoderTest {
  private static final int WIDTH = 16; // of the tiny LLaMA
  private static final Offset<Double> ROUNDING = Offset.offset(1e-5);

  @TempDir Path directory;
  private Path base;
  private Path adapter;
  private Path run;
  private Path data;

  @BeforeEach
  void adapterThatChangesTheModel() throws IOException {
    base = TinyLlama.write(directory.resolve("base"));
    adapter = directory.resolve("adapter");
    run = directory.resolve("run");
    data = directory.resolve("data.jsonl");
    Files.writeString(data, "{\"instruction\": \"Name it.\", \"output\": \"a cat\"}\n".repeat(20));
    LoraAdapter lora =
        new LoraAdapter(
            base.toString(),
            "CAUSAL_LM",
            List.of(
                query("model.layers.0.self_attn.q_proj", 2),
                query("model.layers.1.self_attn.q_proj", 3)),
            List.of());
    AdapterFiles.write(adapter, lora, AdapterFiles.Mode.COMPACT);
  }

  private static LoraFactors query(String path, int rank) {
    float[] factors = new float[rank * WIDTH];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = (i % 5 - 2) * 0.3f;
    }
    return LoraFactors.of(path, rank, WIDTH, WIDTH, factors, factors, 4);
  }

  private Path write(Path from, List<String> labels, Config config) {
    AdapterImport.write(
        new AdapterImport.Request(from, labels, config, run), List.of("test"), text -> {});
    return run;
  }

  /** The loss of a run on the data, or of another model. */
  private double loss(SavedLanguageModel model) {
    try (model) {
      Config config =
          Config.empty()
              .with("task.name", "instructions", "test")
              .with("task.data", data.toString(), "test");
      Map<String, Double> scores =
          model.evaluateOn(Recipes.bind(config).task(), directory.resolve("answers"), text -> {});
      return scores.get("loss");
    }
  }

  private double lossOf(Path model) {
    return SavedLanguageModel.isFor(model)
        ? loss(SavedLanguageModel.ofRun(model, TinyRuns.CPU))
        : loss(SavedLanguageModel.ofModel(model.toString(), TinyRuns.CPU, text -> {}));
  }

  private void refused(List<String> labels, Config config, String... says) {
    assertThatThrownBy(() -> write(adapter, labels, config))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(says);
    assertThat(run).doesNotExist();
  }

  @Test
  void itBecomesARunThatWritesAndMerges() {
    write(adapter, null, Config.empty());
    RunOptions options = Recipes.options(run);
    assertThat(options.task().name()).isEqualTo("instructions");
    assertThat(options.task().maxLength()).isEqualTo(256);
    assertThat(Recipes.methodName(options)).isEqualTo("lora");
    assertThat(run.resolve("labels.json")).doesNotExist();
    Path merged = directory.resolve("merged");
    Export.write(run, Format.HF, Export.SHARD_BYTES, merged);
    assertThat(lossOf(run)).isCloseTo(lossOf(merged), ROUNDING);
    assertThat(Math.abs(lossOf(run) - lossOf(base))).isGreaterThan(1e-3);
    try (SavedGenerator generator =
        SavedGenerator.load(run.toString(), null, TinyRuns.CPU, text -> {})) {
      assertThat(generator.prompt("Name it.", "")).contains("Name it.");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"PEFT", "PEFT_PADDED", "PEFT_ADALORA"})
  void whatIsExportedComesBackAsTheSameModel(Format format) {
    Path exported = directory.resolve("exported");
    Export.write(adapter, format, Export.SHARD_BYTES, exported);
    double here = lossOf(write(adapter, null, Config.empty()));
    run = directory.resolve("again");
    assertThat(lossOf(write(exported, null, Config.empty()))).isCloseTo(here, ROUNDING);
    assertThat(AdapterFiles.readConfig(exported).requireString("task_type")).isEqualTo("CAUSAL_LM");
  }

  /** An adapter of the last layer and, as PEFT saves it, a weight of the base model. */
  private void savedBeside(String module, String parameter) {
    int words = 99;
    float[] b = new float[words];
    float[] a = new float[WIDTH];
    Arrays.fill(a, 0.5f);
    b[TinyLlama.EOS] = 3;
    try (SafetensorsFile weights = SafetensorsFile.open(base.resolve("model.safetensors"))) {
      int outputs = module.equals("lm_head") ? words : WIDTH;
      float[] factors = Arrays.copyOf(b, outputs);
      LoraFactors changed = LoraFactors.of(module, 1, outputs, WIDTH, a, factors, 4);
      LoraAdapter lora =
          new LoraAdapter(
              base.toString(), "CAUSAL_LM", List.of(changed), List.of(weights.get(parameter)));
      AdapterFiles.write(adapter, lora, AdapterFiles.Mode.COMPACT);
    }
  }

  @Test
  void aChangeOfTheOutputsOutlivesTheirSavedWeights() {
    savedBeside("lm_head", "lm_head.weight");
    assertThat(Math.abs(lossOf(write(adapter, null, Config.empty())) - lossOf(base)))
        .isGreaterThan(1e-2);
  }

  @Test
  void anEmbeddingThatWouldNoLongerBeTheOutputsIsRefused() throws IOException {
    Path config = base.resolve("config.json");
    String tied =
        Files.readString(config)
            .replace("\"tie_word_embeddings\": false", "\"tie_word_embeddings\": true");
    Files.writeString(config, tied);
    savedBeside("model.layers.0.self_attn.q_proj", "model.embed_tokens.weight");
    refused(null, Config.empty(), "an embedding of its own", "#unsupported-adapter");
  }

  @Test
  void itsDataAndLengthAreTaken() {
    write(
        adapter,
        null,
        Config.empty()
            .with("task.name", "instructions", "--task")
            .with("task.data", data.toString(), "--data")
            .with("task.max-length", "100", "--max-length"));
    assertThat(Recipes.options(run).task().maxLength()).isEqualTo(100);
    assertThat(Recipes.options(run).task().data()).isEqualTo(data);
  }

  @Test
  void whatAClassifierNeedsIsRefused() {
    refused(List.of("no", "yes"), Config.empty(), "writes texts, but --labels", "#import-decoder");
    Config task = Config.empty().with("task.name", "sst2", "--task");
    refused(null, task, "the task sst2 classifies them", "#import-decoder");
    Config length = Config.empty().with("task.max-length", "900", "--max-length");
    refused(null, length, "at most 512", "found 900", "#max-length");
  }
}
