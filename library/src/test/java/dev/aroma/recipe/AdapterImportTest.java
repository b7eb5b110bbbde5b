package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.input.InputException;
import dev.aroma.report.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AdapterImportTest {
  @TempDir Path directory;

  private static Config model(Path base) {
    return Config.empty().with("model.path", base.toString(), "--model");
  }

  private Path write(Path adapter, List<String> labels, Config config) {
    Path run = directory.resolve("imported");
    AdapterImport.write(
        new AdapterImport.Request(adapter, labels, config, run), List.of("test"), text -> {});
    return run;
  }

  private void refused(Path adapter, List<String> labels, Config config, String... says) {
    assertThatThrownBy(() -> write(adapter, labels, config))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(says);
    assertThat(directory.resolve("imported")).doesNotExist();
  }

  /** The reference's model, with a tokenizer of words. */
  private Path tinyRoberta() throws IOException {
    Path from = ReferenceAdapters.model();
    Path base = Files.createDirectories(directory.resolve("tiny-roberta"));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(from.resolve(file), base.resolve(file));
    }
    List<String> words = new ArrayList<>(List.of("[UNK]", "[PAD]", "[CLS]", "[SEP]", "[MASK]"));
    for (int i = 0; i < 20; i++) {
      words.add("w" + i);
    }
    Files.write(base.resolve("vocab.txt"), words);
    return base;
  }

  @ParameterizedTest
  @MethodSource("dev.aroma.recipe.ReferenceAdapters#names")
  void everyAdapterOfPeftBecomesARun(String name) throws IOException {
    Path adapter = ReferenceAdapters.of(name);
    Path run = write(adapter, List.of("no", "yes"), model(tinyRoberta()));
    assertThat(TinyRuns.yes(run)).hasSize(3).doesNotContain(Double.NaN);
    RunOptions options = Recipes.options(run);
    assertThat(Recipes.methodName(options))
        .isEqualTo(
            switch (name) {
              case "prompt", "p-tuning", "prefix" -> "head";
              case "adalora", "ia3", "vera" -> name;
              default -> "lora";
            });
    assertThat(RunDirectory.open(run).readManifest().model().keySet())
        .anyMatch(file -> file.endsWith("adapter_model.safetensors"));
    if (!name.startsWith("p")) {
      Path merged = directory.resolve("merged");
      Export.write(run, Export.Format.HF, Export.SHARD_BYTES, merged);
      assertThat(TinyRuns.yes(merged)).containsExactly(TinyRuns.yes(run), within(1e-5));
    }
  }

  @Test
  void ownAdaptersComeBackWithTheLabelsOfTheirRun() throws IOException {
    TinyRuns runs = new TinyRuns(directory);
    Path run = runs.run("run", "houlsby");
    Path again = write(run.resolve("adapter"), null, model(runs.base));
    assertThat(TinyRuns.yes(again)).containsExactly(TinyRuns.yes(run), within(1e-6));
    assertThat(Recipes.methodName(Recipes.options(again))).isEqualTo("houlsby");
  }

  @Test
  void baseModelIsTheOneThatTheAdapterNamesAndLengthItsPositions() throws IOException {
    TinyRuns runs = new TinyRuns(directory);
    Path run = write(runs.aroma("run"), null, Config.empty());
    assertThat(Recipes.options(run).model().path()).isEqualTo(runs.base.toString());
    assertThat(Recipes.options(run).task().maxLength()).isEqualTo(24);
  }

  @Test
  void whatIsNotKnownIsAskedFor() throws IOException {
    Path adapter = ReferenceAdapters.of("lora");
    Path base = tinyRoberta();
    List<String> two = List.of("no", "yes");
    refused(
        adapter, two, Config.empty(), "does not name its base", "--model", "#import-base-model");
    refused(adapter, null, model(base), "has 2 outputs", "--labels no,yes", "#import-labels");
    refused(adapter, List.of("a", "b", "c"), model(base), "--labels has 3 names", "#import-labels");
    refused(
        adapter, two, model(base).with("task.max-length", "900", "x"), "found 900", "#max-length");
    refused(directory, two, model(base), "found neither", "#not-an-adapter");
  }

  @Test
  void namesInTheBaseModelsConfigAreTaken() throws IOException {
    Path adapter = ReferenceAdapters.of("lora");
    Path base = tinyRoberta();
    Path config = base.resolve("config.json");
    String json = Files.readString(config).strip();
    Files.writeString(
        config, json.replaceFirst("\\{", "{\"id2label\": {\"0\": \"no\", \"1\": \"yes\"}, "));
    try (SavedClassifier saved =
        SavedClassifier.load(write(adapter, null, model(base)), TinyRuns.CPU)) {
      assertThat(saved.labels()).containsExactly("no", "yes");
    }
  }

  @Test
  void adapterOfAnotherModelOrWithoutAHeadIsRefused() throws IOException {
    Path adapter = ReferenceAdapters.of("lora");
    Path bert = new TinyRuns(directory).base;
    refused(
        adapter, null, model(bert), "no classification head", "classifier.weight", "#import-head");
  }

  @Test
  void pickledWeightsAreNotRead() throws IOException {
    Path adapter = Files.createDirectories(directory.resolve("pickled"));
    Files.writeString(adapter.resolve("adapter_config.json"), "{\"peft_type\": \"LORA\"}");
    Files.writeString(adapter.resolve("adapter_model.bin"), "x");
    refused(adapter, null, Config.empty(), "adapter_model.bin", "#pickled-weights");
  }

  @Test
  void anAdapterByItselfIsNoRun() {
    Path adapter = ReferenceAdapters.of("lora");
    assertThatThrownBy(() -> SavedClassifier.load(adapter, TinyRuns.CPU))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("an adapter by itself", "aroma import", "#run-files");
  }
}
