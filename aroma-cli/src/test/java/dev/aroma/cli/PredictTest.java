package dev.aroma.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  @TempDir static Path dir;
  private static String run;

  @BeforeAll
  static void train() throws IOException {
    run = dir.resolve("run").toString();
    TinyCase.in(dir).train(Path.of(run), 2).succeeded();
  }

  private static List<JsonNode> objects(String lines) {
    List<JsonNode> objects = new ArrayList<>();
    for (String line : lines.split("\n", -1)) {
      try {
        objects.add(JSON.readTree(line));
      } catch (IOException e) {
        throw new AssertionError(line, e);
      }
    }
    objects.remove(objects.size() - 1); // after the last line's end
    return objects;
  }

  private static Cli.Outcome predict(String... args) {
    return Cli.run(words(args));
  }

  private static String[] words(String... args) {
    List<String> all = new ArrayList<>(List.of("predict", "--run", run));
    all.addAll(Arrays.asList(args));
    return all.toArray(String[]::new);
  }

  @Test
  void argumentsAreAnsweredInOrderWithProbabilitiesThatAddUp() {
    List<JsonNode> answers = objects(predict("the film was good", "Ünïcode @ \"q\"").out());
    assertThat(answers)
        .extracting(a -> a.get("text").textValue())
        .containsExactly("the film was good", "Ünïcode @ \"q\"");
    for (JsonNode answer : answers) {
      double good = answer.get("probabilities").get("good").doubleValue();
      double bad = answer.get("probabilities").get("bad").doubleValue();
      assertThat(good + bad).isCloseTo(1, within(1e-9));
      assertThat(answer.get("label").textValue()).isEqualTo(good > bad ? "good" : "bad");
      assertThat(answer.get("probability").doubleValue()).isEqualTo(Math.max(good, bad));
    }
  }

  @Test
  void textsThatLookLikeOptionsOrFilesAreTexts() {
    assertThat(objects(predict("@good", "--", "-5 good").succeeded().out())).hasSize(2);
  }

  @Test
  void standardInputIsReadALineAText() {
    StringBuilder input = new StringBuilder();
    for (int i = 0; i < 600; i++) { // more than two chunks
      input.append("the film was good ").append(i).append("\r\n");
    }
    Cli.Outcome outcome = Cli.withInput(input.toString(), words("--input", "-"));
    List<JsonNode> answers = objects(outcome.succeeded().out());
    assertThat(answers).hasSize(600);
    assertThat(answers.get(599).get("text").textValue()).isEqualTo("the film was good 599");
  }

  @Test
  void emptyLinesAreLeftOutAndTold() {
    Cli.Outcome outcome = Cli.withInput("good\n\n \nbad\n", words("--input", "-"));
    assertThat(objects(outcome.succeeded().out())).hasSize(2);
    assertThat(outcome.err()).contains("left out 2 empty texts", "standard input line 2");
    Cli.withInput("\n", words("--input", "-")).refused(1, "only empty ones");
    Cli.withInput("", words("--input", "-")).refused(1, "standard input");
  }

  @Test
  void filesHaveColumns() throws IOException {
    Path tsv = Files.writeString(dir.resolve("in.tsv"), "id\tsaid\n1\tgood\n2\tbad\n");
    assertThat(objects(predict("--input", tsv.toString(), "--text-column", "said").out()))
        .extracting(a -> a.get("text").textValue())
        .containsExactly("good", "bad");
    predict("--input", tsv.toString()).refused(1, "\"text\"", "[id, said]");
    Path txt = Files.writeString(dir.resolve("in.txt"), "good, or not\n");
    assertThat(objects(predict("--input", txt.toString()).succeeded().out())).hasSize(1);
    Cli.Outcome json =
        Cli.withInput(
            "{\"text\": \"good\", \"other\": \"bad\"}\n",
            words("--input", "-", "--format", "JSONL", "--pair-column", "other"));
    assertThat(objects(json.succeeded().out()).get(0).get("pair").textValue()).isEqualTo("bad");
  }

  @Test
  void pairsBelongToTextsInOrder() {
    List<JsonNode> answers =
        objects(predict("good", "bad", "--pair", "film", "--pair", "book").succeeded().out());
    assertThat(answers.get(1).get("pair").textValue()).isEqualTo("book");
    predict("good", "bad", "--pair", "film").refused(2, "found 1 for 2");
  }

  @Test
  void mistakesAreTold() throws IOException {
    predict().refused(2, "texts or --input", "neither");
    predict("good", "--input", "-").refused(2, "both");
    predict("caf\uFFFD").refused(2, "LC_ALL=C.UTF-8");
    predict("--input", dir + "/nothing.txt").refused(1, "nothing.txt");
    predict("--input", run + "/labels.parquet").refused(1, ".jsonl");
    Path broken = Files.writeString(dir.resolve("broken.jsonl"), "{\"text\": \"good\"}\n{oops\n");
    predict("--input", broken.toString()).refused(1, "line 2");
    Cli.run("predict", "--run", dir + "/nowhere", "good").refused(1, dir + "/nowhere");
    Cli.run("predict", "good").refused(2, "--run");
    predict("good", "--precision", "fp8").refused(2, "fp8", "bf16");
  }

  @Test
  void runThatSavedNothingIsToldApart() throws IOException {
    Path early = Files.createDirectories(dir.resolve("early"));
    Files.copy(Path.of(run, "config.yaml"), early.resolve("config.yaml"));
    Cli.run("predict", "--run", early.toString(), "good").refused(1, "adapter/", "train again");
  }
}
