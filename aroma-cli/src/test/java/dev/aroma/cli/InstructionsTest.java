package dev.aroma.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aroma.TinyLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instruction tuning and the commonsense benchmarks through the command, on a tiny LLaMA. */
class InstructionsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  @TempDir static Path dir;
  private static Path model;
  private static Path data;
  private static Path run;
  private static Cli.Outcome trained;

  @BeforeAll
  static void train() throws IOException {
    model = TinyLlama.write(dir.resolve("model"));
    data = Questions.commonsense(dir.resolve("data"));
    run = dir.resolve("run");
    trained = train("commonsense", data, run, "--set", "task.benchmark.tokens=6").succeeded();
  }

  private static Cli.Outcome train(String task, Path from, Path to, String... more)
      throws IOException {
    Path prompt = Files.writeString(dir.resolve("prompt.txt"), "Q: {instruction}\n\nA: ");
    List<String> words =
        new ArrayList<>(
            List.of("train", "--task", task, "--model", model.toString(), "--method", "lora"));
    words.addAll(List.of("--data", from.toString(), "--output", to.toString()));
    words.addAll(List.of("--max-steps", "20", "--batch-size", "8", "--lr", "1e-2"));
    words.addAll(List.of("--device", "cpu", "--set", "train.eval-every=10"));
    words.addAll(List.of("--set", "task.instructions.prompt=" + prompt));
    words.addAll(List.of(more));
    return Cli.run(words.toArray(String[]::new));
  }

  @Test
  void trainingTellsTheLossAndThenTheBenchmarks() {
    assertThat(trained.err())
        .contains(
            "asked at the end: boolq 10 questions", "step 10  dev loss ", "  lowest ", "boolq: ")
        .contains("./aroma generate --model " + run);
    assertThat(trained.out()).contains("accuracy.boolq", "perplexity").contains("10 examples");
  }

  @Test
  void evaluationGivesTheSameScoresAgain() throws Exception {
    assertThat(Cli.run("eval", "--run", run.toString()).succeeded().out())
        .contains("accuracy is exactly that of result.json");
    JsonNode json =
        JSON.readTree(Cli.run("eval", "--run", run.toString(), "--json").succeeded().out());
    assertThat(json.path("same").asBoolean()).isTrue();
    double loss =
        JSON.readTree(run.resolve("result.json").toFile()).path("metrics").path("loss").asDouble();
    assertThat(json.path("metrics").path("loss").asDouble())
        .as("the adapter is merged now")
        .isCloseTo(loss, within(1e-5));
  }

  @Test
  void aRunMayBeAskedOtherwise() {
    Path answers = dir.resolve("answers");
    Cli.Outcome outcome =
        Cli.run(
                "eval",
                "--run",
                run.toString(),
                "--mode",
                "likelihood",
                "--limit",
                "4",
                "--sets",
                "boolq",
                "--answers",
                answers.toString())
            .succeeded();
    assertThat(outcome.out()).contains("accuracy.boolq").doesNotContain("result.json");
    assertThat(outcome.err()).contains("of 4 right");
    assertThat(answers.resolve("benchmarks/boolq.likelihood.jsonl")).exists();
  }

  @Test
  void aModelIsJudgedAsItIs() {
    String[] words = {"eval", "--model", model.toString(), "--task", "commonsense"};
    Cli.run(words).refused(2, "--data");
    List<String> more = new ArrayList<>(List.of(words));
    more.addAll(List.of("--data", data.toString(), "--mode", "likelihood"));
    more.addAll(List.of("--answers", dir.resolve("base").toString()));
    assertThat(Cli.run(more.toArray(String[]::new)).succeeded().out()).contains("accuracy.boolq");
    Cli.run("eval", "--model", model.toString(), "--run", run.toString()).refused(2, "both");
    Cli.run("eval").refused(2, "neither");
    Cli.run("eval", "--run", run.toString(), "--task", "commonsense").refused(2, "knows its task");
  }

  @Test
  void aMergedModelScoresAsTheRun() throws Exception {
    Path merged = dir.resolve("merged");
    Cli.run("merge", "--run", run.toString(), "--output", merged.toString()).succeeded();
    String prompt = dir.resolve("prompt.txt").toString();
    String[] words = {
      "eval",
      "--task",
      "commonsense",
      "--data",
      data.toString(),
      "--prompt",
      prompt,
      "--json",
      "--mode",
      "likelihood",
      "--answers",
      dir.resolve("m").toString(),
      "--model",
      merged.toString()
    };
    JsonNode ofMerged = JSON.readTree(Cli.run(words).succeeded().out());
    JsonNode ofRun =
        JSON.readTree(
            Cli.run("eval", "--run", run.toString(), "--mode", "likelihood", "--json")
                .succeeded()
                .out());
    assertThat(ofMerged.path("score")).isEqualTo(ofRun.path("score"));
  }

  @Test
  void itIsInspectedAndNotTakenForAClassifier() {
    assertThat(Cli.run("inspect", run.toString()).succeeded().out()).contains("q_proj", "accuracy");
    Cli.run("predict", "--run", run.toString(), "a text").refused(1, "aroma generate");
  }

  /** The prompt that it learned, whether somebody writes it out or not. */
  @Test
  void anInstructionIsPutIntoTheRunsTemplate() {
    String[] words = {"generate", "--model", run.toString(), "--max-new-tokens", "4"};
    String asked = generate(words, "--instruction", "a b").succeeded().out();
    assertThat(asked).isEqualTo(generate(words, "--prompt", "Q: a b\n\nA: ").succeeded().out());
    generate(words, "--instruction", "a b", "--input", "c").refused(1, "has no {input}");
    generate(words, "--instruction", "a", "--prompt", "b").refused(2, "no --prompt beside it");
    generate(words, "--instruction", " ").refused(2, "--instruction: expected some text");
    generate(words, "--prompt", "a", "--input", "b").refused(2, "expected with --instruction");
    words[2] = model.toString();
    generate(words, "--instruction", "a b").refused(1, "Expected a run that learned instructions");
  }

  private static Cli.Outcome generate(String[] words, String... more) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of(more));
    return Cli.run(all.toArray(String[]::new));
  }

  @Test
  void mistakesInTheDataAreToldWithFileAndLine() throws Exception {
    Path broken = Files.writeString(dir.resolve("broken.jsonl"), "{\"instruction\": \"x\"\n");
    train("instructions", broken, dir.resolve("none")).refused(1, "broken.jsonl line 1");
    Path other = Files.writeString(dir.resolve("other.jsonl"), "{\"prompt\": \"x\"}\n");
    train("instructions", other, dir.resolve("none")).refused(1, "other.jsonl line 1", "[prompt]");
    assertThat(dir.resolve("none")).doesNotExist();
  }
}
