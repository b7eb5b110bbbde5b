package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.input.InputException;
import dev.aroma.io.AdapterFiles;
import dev.aroma.io.JsonConfig;
import dev.aroma.io.LoraFactors;
import dev.aroma.recipe.Export.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ExportTest {
  @TempDir Path directory;
  private TinyRuns runs;
  private Path output;

  @BeforeEach
  void checkpoint() throws IOException {
    runs = new TinyRuns(directory);
    output = directory.resolve("out");
  }

  private List<String> write(Path run, Format format) {
    return Export.write(run, format, Export.SHARD_BYTES, output);
  }

  private Path imported() {
    Path run = directory.resolve("imported");
    Config config = Config.empty().with("model.path", runs.base.toString(), "test");
    List<String> labels = List.of("no", "yes");
    AdapterImport.write(
        new AdapterImport.Request(output, labels, config, run), List.of("test"), text -> {});
    return run;
  }

  private void refused(Path run, Format format, String... says) {
    assertThatThrownBy(() -> write(run, format))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(says);
    assertThat(output).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource(names = {"PEFT", "PEFT_PADDED", "PEFT_ADALORA"})
  void formsOfPeftAnswerAsTheRunAndComeBack(Format format) {
    Path run =
        runs.run(
            "run", "adalora", "method.initial-rank=4", "method.target-rank=2", "method.interval=1");
    assertThat(write(run, format)).containsExactly("Labels, in the order of the outputs: no, yes");
    assertThat(TinyRuns.yes(imported())).containsExactly(TinyRuns.yes(run), within(1e-5));
    JsonConfig config = AdapterFiles.readConfig(output);
    boolean adalora = format == Format.PEFT_ADALORA;
    assertThat(config.requireString("peft_type")).isEqualTo(adalora ? "ADALORA" : "LORA");
    if (!adalora) {
      assertThat(config.json().get("rank_pattern").isEmpty()).isEqualTo(format != Format.PEFT);
    }
  }

  @Test
  void adaLoraThatWasBroughtInBecomesALora() {
    Path run = runs.aroma("run");
    write(run, Format.PEFT_ADALORA);
    Path imported = imported();
    Path again = directory.resolve("again");
    Export.write(imported, Format.PEFT, Export.SHARD_BYTES, again);
    assertThat(AdapterFiles.read(again).modules()).extracting(LoraFactors::rank).containsOnly(3);
    Path same = directory.resolve("same");
    Export.write(imported, Format.PEFT_ADALORA, Export.SHARD_BYTES, same);
    assertThat(same.resolve("adapter_model.safetensors"))
        .hasSameBinaryContentAs(output.resolve("adapter_model.safetensors"));
  }

  @Test
  void adaptersWithoutRanksAreCopiedAsTheyAre() {
    Path run = runs.run("run", "ia3");
    refused(
        run, Format.PEFT_PADDED, "type IA3 has no ranks, which peft-padded is", "#export-format");
    write(run.resolve("adapter"), Format.PEFT);
    for (String file : List.of("adapter_model.safetensors", "adapter_config.json")) {
      assertThat(output.resolve(file)).hasSameBinaryContentAs(run.resolve("adapter").resolve(file));
    }
  }

  @Test
  void doraHasNoPlaceInAdaLorasFormat() {
    Path run = runs.run("run", "lora", "method.dora=true");
    refused(run, Format.PEFT_ADALORA, "magnitudes", "#export-format");
  }

  @ParameterizedTest
  @CsvSource({
    "bitfit, PEFT has no format",
    "houlsby, PEFT has no format",
    "head, no LoRA to write"
  })
  void whatPeftHasNoFormatForIsRefused(String method, String says) {
    refused(runs.run("run", method), Format.PEFT, says, "#export-format");
  }

  @Test
  void mergedModelIsSplitWhereAsked() {
    Path run = runs.aroma("run");
    Export.write(run, Format.HF, 4000, output);
    assertThat(output.resolve("model.safetensors.index.json")).isNotEmptyFile();
    assertThat(output.resolve("model.safetensors")).doesNotExist();
    assertThat(TinyRuns.yes(output)).containsExactly(TinyRuns.yes(run), within(1e-5));
  }

  @Test
  void modelWithoutAGraphHasNoOnnx() {
    Path run = runs.aroma("run");
    refused(run, Format.ONNX, "has no ONNX graph", "Export with --to hf", "#onnx-export");
  }

  @Test
  void layersThatWereAddedAreNoPartOfAGraph() {
    refused(runs.run("run", "pfeiffer"), Format.ONNX, "found pfeiffer", "#cannot-merge");
  }

  @Test
  void nothingIsOverwritten() throws IOException {
    Path run = runs.run("run", "head");
    Files.createDirectories(output);
    Path mine = Files.writeString(output.resolve("mine"), "x");
    for (Format format : Format.values()) {
      assertThatThrownBy(() -> write(run, format))
          .isInstanceOf(InputException.class)
          .hasMessageContainingAll("found mine in the way", "#output-not-empty");
    }
    assertThat(mine).hasContent("x");
    assertThatThrownBy(() -> Export.write(run, Format.HF, 1, mine)).hasMessageContaining("a file");
  }

  @Test
  void whatIsNoRunIsRefused() {
    for (Format format : List.of(Format.PEFT, Format.HF, Format.ONNX)) {
      assertThatThrownBy(() -> write(directory.resolve("none"), format))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("no such directory");
    }
  }
}
