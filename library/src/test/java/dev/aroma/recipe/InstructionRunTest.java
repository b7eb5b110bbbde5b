package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.TinyLlama;
import dev.aroma.io.JsonConfig;
import dev.aroma.report.Event;
import dev.aroma.report.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs on instructions, by a tiny LLaMA. */
class InstructionRunTest {
  @TempDir static Path dir;
  private static Path model;
  private static Path data;

  @BeforeAll
  static void files() throws IOException {
    model = TinyLlama.write(dir.resolve("model"));
    data = dir.resolve("data");
    Files.createDirectories(data.resolve("test"));
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      String answer = i % 3 == 0 ? "false" : "true";
      rows.append(boolq("Is " + i + " no third?", answer));
    }
    Files.writeString(data.resolve("train.jsonl"), rows);
    Files.writeString(
        data.resolve("test/boolq.jsonl"), boolq("Is 7?", "true") + boolq("Is 3?", "false"));
  }

  private static String boolq(String question, String answer) {
    return "{\"instruction\": \"%s Answer format: true/false\", \"input\": \"\", \"output\": \"the correct answer is %s\", \"answer\": \"%s\"}\n"
        .formatted(question, answer, answer);
  }

  @Test
  void theLossFallsAndLessIsBest() {
    FineTuned tuned =
        run("loss", "instructions", "lora", "train.max-steps=30", "train.eval-every=10");
    assertThat(tuned.result().metric()).isEqualTo("loss");
    List<Double> losses = new ArrayList<>();
    for (Event event : RunDirectory.open(tuned.directory()).readMetrics()) {
      if (event instanceof Event.Eval eval) {
        losses.add(eval.score());
      }
    }
    assertThat(losses).hasSize(3);
    assertThat(losses.get(2)).isLessThan(losses.get(0) - 0.1);
    assertThat(tuned.result().best()).isEqualTo(losses.stream().min(Double::compare).orElseThrow());
    assertThat(tuned.result().metrics().get("perplexity"))
        .isEqualTo(Math.exp(tuned.result().score()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aroma", "pursuit", "lora", "adalora", "relora", "vera", "ia3", "full", "houlsby", "head"
      })
  void everyMethodThatFitsTrains(String method) {
    List<String> more = new ArrayList<>(List.of("train.max-steps=4"));
    switch (method) {
      case "adalora" -> more.addAll(List.of("method.initial-steps=1", "method.final-steps=1"));
      case "pursuit" -> more.add("method.head-steps=1");
      case "vera" -> more.add("method.rank=8");
      default -> {}
    }
    if (method.equals("head")) {
      assertThatThrownBy(() -> run(method, "instructions", method, more.toArray(String[]::new)))
          .hasMessageContaining("troubleshooting.md#nothing-to-train");
      return;
    }
    FineTuned tuned = run(method, "instructions", method, more.toArray(String[]::new));
    Path config = tuned.directory().resolve("adapter/adapter_config.json");
    if (!List.of("full", "houlsby").contains(method)) {
      assertThat(JsonConfig.read(config).requireString("task_type")).isEqualTo("CAUSAL_LM");
    }
    if (method.equals("lora")) {
      assertThat(tuned.result().ranks().keySet())
          .allMatch(path -> path.matches(".*\\.(q|k|v|up|down)_proj"))
          .hasSize(10);
    }
    assertThat(tuned.result().parameters().head()).isZero();
  }

  @Test
  void aMethodThatDoesNotFitSaysSo() {
    assertThatThrownBy(() -> run("pfeiffer", "instructions", "pfeiffer", "train.max-steps=2"))
        .hasMessageContaining("troubleshooting.md#target-modules")
        .hasMessageContaining("no layers of the kind");
    assertThatThrownBy(() -> run("bitfit", "instructions", "bitfit", "train.max-steps=2"))
        .hasMessageContaining("troubleshooting.md#nothing-to-train");
  }

  @Test
  void recomputedBlocksLearnTheSame() {
    double kept = run("kept", "instructions", "lora", "train.max-steps=6").result().score();
    double again =
        run("again", "instructions", "lora", "train.max-steps=6", "model.recompute=true")
            .result()
            .score();
    assertThat(again).isCloseTo(kept, org.assertj.core.api.Assertions.within(1e-4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"generate", "likelihood"})
  void commonsenseIsJudgedByItsBenchmarksAtTheEnd(String mode) throws Exception {
    FineTuned tuned =
        run(mode, "commonsense", "lora", "train.max-steps=3", "task.benchmark.mode=" + mode);
    assertThat(tuned.result().metric()).isEqualTo("accuracy");
    assertThat(tuned.result().metrics().keySet())
        .containsExactly("accuracy", "accuracy.boolq", "loss", "perplexity");
    assertThat(tuned.result().examples()).isEqualTo(2);
    assertThat(tuned.result().best()).isEqualTo(tuned.result().score()).isBetween(0.0, 1.0);
    Path answers = tuned.directory().resolve("benchmarks/boolq." + mode + ".jsonl");
    assertThat(Files.readAllLines(answers)).hasSize(3);
  }

  @Test
  void withoutBenchmarksTheLossDecides() {
    FineTuned tuned =
        run("none", "commonsense", "lora", "train.max-steps=2", "task.benchmark.mode=none");
    assertThat(tuned.result().metric()).isEqualTo("loss");
  }

  private static FineTuned run(String name, String task, String method, String... settings) {
    Config config =
        Recipes.withMethod(Config.empty(), method, "test")
            .with("model.path", model.toString(), "test")
            .with("task.name", task, "test")
            .with("task.data", data.toString(), "test")
            .with("task.instructions.prompt", "Q: {instruction}\nA: ", "test")
            .with("task.benchmark.tokens", "4", "test")
            .with("train.batch-size", "8", "test")
            .with("train.learning-rate", "0.01", "test")
            .with("train.schedule.warmup", "0", "test")
            .with("engine.device", "cpu", "test")
            .with("output", dir.resolve("runs").resolve(name).toString(), "test");
    for (String setting : settings) {
      config = config.withSet(setting);
    }
    return FineTuning.run(Recipes.bind(config), List.of("test"), Watch.NOBODY);
  }
}
