package dev.aroma.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReproduceTest {
  @TempDir Path directory;
  private Path run;
  private Path data;
  private Path model;

  @BeforeEach
  void train() throws IOException {
    model = TinyBert.write(directory.resolve("bert"));
    data = Reviews.csv(directory.resolve("reviews.csv"));
    run = directory.resolve("run");
    Cli.run(
            "train",
            "--model=" + model,
            "--data=" + data,
            "--method=lora",
            "--max-steps=12",
            "--max-length=16",
            "--device=cpu",
            "--set=train.schedule.warmup=2",
            "--output=" + run,
            "--quiet")
        .succeeded();
  }

  private Cli.Outcome reproduce(String name) {
    return Cli.run("reproduce", run.toString(), "--output=" + directory.resolve(name), "--quiet");
  }

  @Test
  void theSameComesOutOnTheSameMachine() {
    Cli.Outcome outcome = reproduce("again").succeeded();
    assertThat(outcome.out()).contains("the same, bit for bit").doesNotContain("Not as it was");
    assertThat(directory.resolve("again/manifest.json")).content().contains("\"reproduce\"");
  }

  @Test
  void anotherResultAndOtherVersionsAreTold() throws IOException {
    Path result = run.resolve("result.json");
    Files.writeString(
        result, Files.readString(result).replaceFirst("\"score\" : [^,]*", "\"score\" : 0.125"));
    Path manifest = run.resolve("manifest.json");
    Files.writeString(
        manifest,
        Files.readString(manifest)
            .replaceFirst("\"libtorch\" : \"[^\"]*\"", "\"libtorch\" : \"1.0\""));
    Path weights = run.resolve("adapter/adapter_model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    Cli.Outcome outcome = reproduce("again");
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(1);
    assertThat(outcome.out())
        .contains(
            "2 differences", "score: was 0.125, is", ": other values", "libtorch: was 1.0, is 2.");
  }

  @Test
  void changedInputsAreNamedBeforeAnythingRuns() throws IOException {
    Files.writeString(data, "more text,good,1\n", StandardOpenOption.APPEND);
    Files.delete(model.resolve("config.json"));
    Files.writeString(run.resolve("config.yaml"), "# a remark\n", StandardOpenOption.APPEND);
    reproduce("again")
        .refused(
            1,
            "found 3 changed",
            "reviews.csv: SHA-256 was",
            "config.json: no such file any more",
            "config.yaml: edited since",
            "#reproduce-inputs");
    assertThat(directory.resolve("again")).doesNotExist();
  }

  @Test
  void aRunThatDidNotEndByItselfIsRefused() throws IOException {
    Path result = run.resolve("result.json");
    Files.writeString(result, Files.readString(result).replace("\"max-steps\"", "\"interrupted\""));
    reproduce("again").refused(1, "interrupted after 12 steps", "#reproduce-unfinished");
  }

  @Test
  void aManifestOfAnOlderVersionIsReadAndADamagedOneIsRefused() throws IOException {
    Path manifest = run.resolve("manifest.json");
    String text = Files.readString(manifest);
    Files.writeString(
        manifest,
        text.replaceFirst(",\\s*\"tokenizers\" : \"[^\"]*\"", "")
            .replaceFirst(",\\s*\"threads\" : \\d+", "")
            .replaceFirst(",\\s*\"capability\" : \"[^\"]*\"", ""));
    assertThat(reproduce("again").succeeded().out())
        .contains("tokenizers: was unknown", "threads: was null");
    Files.writeString(manifest, text.replace("\"machine\"", "\"engine\""));
    reproduce("third").refused(1, "manifest.json", "#run-files");
  }
}
