package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.TinyLlama;
import dev.aroma.data.Benchmark;
import dev.aroma.data.BenchmarkOptions;
import dev.aroma.data.BenchmarkOptions.Mode;
import dev.aroma.data.Instruction;
import dev.aroma.data.PromptEncoder;
import dev.aroma.data.PromptTemplate;
import dev.aroma.model.CausalModel;
import dev.aroma.tensor.DType;
import dev.aroma.tensor.Device;
import dev.aroma.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkEvaluationTest {
  @TempDir Path dir;
  private final List<String> told = new ArrayList<>();
  private CausalModel model;
  private TextTokenizer tokenizer;

  @BeforeEach
  void load() throws IOException {
    ModelFiles files = ModelFiles.find(TinyLlama.write(dir.resolve("m")).toString(), text -> {});
    model = files.causal(null);
    files.load(model, Device.CPU, path -> DType.F32, 0);
    tokenizer = files.tokenizer(model, 1 << 20);
  }

  @AfterEach
  void close() {
    tokenizer.close();
    model.unload();
  }

  @Test
  void theMeanIsOfTheSets() {
    Map<String, Double> scores =
        judge(Mode.LIKELIHOOD, told::add, set("a", 4), set("b", 2)).score();
    assertThat(scores.keySet()).containsExactly("accuracy", "accuracy.a", "accuracy.b");
    assertThat(scores.get("accuracy"))
        .isEqualTo((scores.get("accuracy.a") + scores.get("accuracy.b")) / 2);
    assertThat(told).anyMatch(line -> line.matches("a: \\d of 4 right .*"));
  }

  @Test
  void theMostProbableAnswerDoesNotDependOnTheBatch() {
    Map<String, Double> small = judge(1, Mode.LIKELIHOOD, told::add, set("a", 6)).score();
    assertThat(judge(16, Mode.LIKELIHOOD, told::add, set("a", 6)).score()).isEqualTo(small);
  }

  @Test
  void whatNamesNoAnswerIsWrong() {
    Map<String, Double> scores = judge(Mode.GENERATE, told::add, set("a", 3)).score();
    assertThat(scores.get("accuracy")).as("a random model says nothing of use").isZero();
    assertThat(told.get(told.size() - 1)).contains("3 named no listed answer");
  }

  @Test
  void anEvaluationThatWasKilledGoesOn() throws Exception {
    Benchmark[] sets = {set("a", 8), set("b", 8)};
    Map<String, Double> whole = judge(Mode.LIKELIHOOD, told::add, sets).score();
    Consumer<String> killer =
        line -> {
          if (line.startsWith("b: 4")) {
            throw new IllegalStateException("killed");
          }
        };
    assertThatThrownBy(() -> judge(2, Mode.LIKELIHOOD, killer, sets).score()).hasMessage("killed");
    Path part = dir.resolve("benchmarks/b.likelihood.jsonl.part");
    Files.writeString(part, Files.readString(part) + "{\"question\": 7, \"ans");
    told.clear();
    assertThat(judge(2, Mode.LIKELIHOOD, told::add, sets).score()).isEqualTo(whole);
    assertThat(told).contains("a: going on after 8 of 8", "b: going on after 4 of 8");
    assertThat(part).doesNotExist();
    told.clear();
    judge(2, Mode.LIKELIHOOD, told::add, sets).score();
    assertThat(told).as("a finished one begins anew").noneMatch(line -> line.contains("going on"));
  }

  @Test
  void answersToOtherQuestionsAreNotTaken() {
    Consumer<String> killer =
        line -> {
          throw new IllegalStateException("killed");
        };
    assertThatThrownBy(() -> judge(2, Mode.LIKELIHOOD, killer, set("a", 8)).score());
    judge(2, Mode.LIKELIHOOD, told::add, set("a", 7)).score();
    assertThat(told).noneMatch(line -> line.contains("going on"));
  }

  private BenchmarkEvaluation judge(Mode mode, Consumer<String> messages, Benchmark... sets) {
    return judge(4, mode, messages, sets);
  }

  private BenchmarkEvaluation judge(
      int batch, Mode mode, Consumer<String> messages, Benchmark... sets) {
    PromptEncoder encoder = new PromptEncoder(tokenizer, TinyLlama.EOS);
    return new BenchmarkEvaluation(
        new BenchmarkAnswerer(model, tokenizer, encoder, Device.CPU, Set.of(TinyLlama.EOS), batch),
        PromptTemplate.of("{instruction}\n"),
        List.of(sets),
        new BenchmarkOptions(mode, List.of(), 0, 1, 5),
        new BenchmarkProgress(dir, "tiny"),
        messages);
  }

  private static Benchmark set(String name, int questions) {
    List<Benchmark.Question> all = new ArrayList<>();
    for (int i = 0; i < questions; i++) {
      int right = i % 2;
      String output = "it is answer" + (right + 1);
      all.add(
          new Benchmark.Question(
              new Instruction("Which " + "?".repeat(i), "", output),
              List.of("answer1", "answer2"),
              right));
    }
    return new Benchmark(name, all);
  }
}
