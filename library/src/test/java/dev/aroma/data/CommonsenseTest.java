package dev.aroma.data;

import static dev.aroma.data.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.SharedFiles;
import dev.aroma.data.BenchmarkOptions.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommonsenseTest {
  private static final String BOOLQ =
      """
      {"instruction": "Is it? Answer format: true/false", "input": "", "output": "the correct answer is %s", "answer": "%s"}
      """;

  @TempDir Path directory;

  @Test
  void testSetsAreFoundInEitherLayout() throws Exception {
    write("test/boolq.jsonl", boolq("true") + boolq("false"));
    write(
        "piqa/test.json",
        "[{\"instruction\": \"How?\", \"output\": \"solution2\", \"answer\": \"solution2\"}]");
    List<Benchmark> found = Commonsense.benchmarks(options(0));
    assertThat(found).extracting(Benchmark::name).containsExactly("boolq", "piqa");
    Benchmark.Question question = found.get(0).questions().get(1);
    assertThat(question.answers()).containsExactly("true", "false");
    assertThat(question.right()).isEqualTo(1);
    assertThat(question.output(0)).isEqualTo("the correct answer is true");
    assertThat(found.get(1).questions().get(0).answers()).containsExactly("solution1", "solution2");
    assertThat(Commonsense.benchmarks(options(1)).get(0).questions()).hasSize(1);
  }

  @Test
  void answersAreThoseThatTheQuestionLists() throws Exception {
    write(
        "test/ARC-Easy.jsonl",
        "{\"instruction\": \"Which? Answer format: answer1/answer2/answer3\", \"output\": \"the correct answer is answer3\", \"answer\": \"answer3\"}");
    Benchmark.Question question = Commonsense.benchmarks(options(0)).get(0).questions().get(0);
    assertThat(question.answers()).containsExactly("answer1", "answer2", "answer3");
    assertThat(question.answerIn("not answer4 but answer2, or answer1")).isEqualTo(1);
    assertThat(question.answerIn("no idea")).isEqualTo(-1);
  }

  @Test
  void thetrainingFileIsTheOnlyOneThatIsCalledSo() throws Exception {
    write("train_some.jsonl", boolq("true").repeat(1) + rows());
    write("test/boolq.jsonl", boolq("true"));
    InstructionTask task = new Commonsense().load(options(0));
    assertThat(task.train().size() + task.dev().size()).isEqualTo(101);
    assertThat(task.benchmarks()).hasSize(1);
    write("commonsense_170k.json", "[]");
    refused("data-ambiguous", () -> new Commonsense().load(options(0)))
        .hasMessageContaining("train-file");
  }

  @Test
  void noTrainingFileIsTold() {
    refused("data-missing", () -> new Commonsense().load(options(0)))
        .hasMessageContaining("commonsense_*.json");
    refused("data-missing", () -> new Commonsense().load(TaskOptions.of("commonsense", null)));
  }

  @Test
  void setsThatAreNotThereOrUnknownAreTold() throws Exception {
    write("test/boolq.jsonl", boolq("true"));
    refused("data-missing", () -> Commonsense.benchmarks(options(0, "piqa")))
        .hasMessageContaining("test/piqa.jsonl")
        .hasMessageContaining("has boolq.jsonl");
    refused("commonsense-sets", () -> Commonsense.benchmarks(options(0, "arc-easy")))
        .hasMessageContaining("did you mean ARC-Easy");
  }

  @Test
  void aRowOfAnotherSetIsTold() throws Exception {
    write("test/piqa.jsonl", boolq("true"));
    refused("commonsense-answer", () -> Commonsense.benchmarks(options(0)))
        .hasMessageContaining("piqa.jsonl line 1");
    write(
        "test/piqa.jsonl",
        "{\"instruction\": \"How?\", \"output\": \"x\", \"answer\": \"solution1\"}");
    refused("commonsense-answer", () -> Commonsense.benchmarks(options(0)));
  }

  @Test
  void noneAreReadWhereNoneAreAskedFor() {
    TaskOptions none =
        TaskOptions.of("commonsense", directory)
            .with(new BenchmarkOptions(Mode.NONE, List.of("boolq"), 0, 1, 32));
    assertThat(Commonsense.benchmarks(none)).isEmpty();
  }

  @Test
  void theOfficialSetsHaveTheirSizes() {
    Path data = SharedFiles.require("data/commonsense");
    assertThat(Commonsense.benchmarks(TaskOptions.of("commonsense", data)))
        .extracting(set -> set.name() + " " + set.questions().size())
        .containsExactly(
            "boolq 3270",
            "social_i_qa 1954",
            "winogrande 1267",
            "ARC-Challenge 1172",
            "ARC-Easy 2376",
            "openbookqa 500");
  }

  private TaskOptions options(int limit, String... sets) {
    return TaskOptions.of("commonsense", directory)
        .with(new BenchmarkOptions(Mode.GENERATE, List.of(sets), limit, 1, 32));
  }

  private static String boolq(String answer) {
    return BOOLQ.formatted(answer, answer);
  }

  private static String rows() {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      rows.append("{\"instruction\": \"q").append(i).append("\", \"output\": \"a\"}\n");
    }
    return rows.toString();
  }

  private void write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
