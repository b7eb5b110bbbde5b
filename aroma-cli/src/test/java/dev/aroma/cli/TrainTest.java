package dev.aroma.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aroma.TextClassifier;
import dev.aroma.recipe.Prediction;
import dev.aroma.recipe.Recipes;
import dev.aroma.report.Event;
import dev.aroma.report.Result;
import dev.aroma.report.RunDirectory;
import dev.aroma.report.Stopped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a model and a file to a run, and everything that is done with a run. */
class TrainTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern OUTER =
      Pattern.compile(
          "outer step \\d+: merged \\d+ modules?, froze \\d+, \\d+ live, total rank \\d+");
  @TempDir static Path dir;
  private static TinyCase tiny;
  private static Path model;
  private static Path csv;
  private static Path run;
  private static Cli.Outcome trained;

  @BeforeAll
  static void train() throws IOException {
    tiny = TinyCase.in(dir);
    model = tiny.model();
    csv = tiny.csv();
    run = dir.resolve("a run");
    trained =
        train(run, "--lr=2e-2", "--set=method.inner-steps=30", "--set=train.schedule.rewarm=7");
  }

  private static Cli.Outcome train(Path output, String... more) {
    List<String> args = new ArrayList<>(List.of("--batch-size", "16", "--seed", "3"));
    args.addAll(List.of("--device", "cpu"));
    args.addAll(List.of("--max-steps", "150", "--output", output.toString()));
    args.addAll(List.of(more));
    return Cli.run(tiny.words("train", args.toArray(String[]::new)));
  }

  private static Result result() {
    return RunDirectory.open(run).readResult();
  }

  @Test
  void runHoldsAllThatTheContractNames() {
    trained.succeeded();
    assertThat(run.resolve("config.yaml")).isRegularFile();
    assertThat(run.resolve("manifest.json")).isRegularFile();
    assertThat(run.resolve("adapter/adapter_config.json")).isRegularFile();
    assertThat(run.resolve("adapter/adapter_model.safetensors")).isRegularFile();
    assertThat(result().ranks()).hasSize(12);
    assertThat(result().totalRank()).isPositive();
    assertThat(result().score()).isGreaterThan(0.7);
    List<Event> events = RunDirectory.open(run).readMetrics();
    assertThat(events.get(0)).isInstanceOf(Event.Start.class);
    assertThat(events.get(events.size() - 1)).isInstanceOf(Event.End.class);
    assertThat(RunDirectory.open(run).readManifest().command())
        .startsWith("aroma", "train", "--model");
  }

  @Test
  void runHasAPageAndEventsForTensorBoard() throws IOException {
    assertThat(Files.readString(run.resolve("report.html")))
        .contains("Aroma run", "data-kind=\"rank\"", "merged");
    assertThat(run.resolve("tensorboard")).isDirectoryContaining("glob:**tfevents**");
    assertThat(trained.err()).contains("for a browser: " + run.resolve("report.html"));
  }

  @Test
  void ranksOfTheLogAreThoseOfTheMergesAndInTheEndThoseOfTheResult() {
    Map<String, Integer> merged = new HashMap<>();
    Event.Ranks last = null;
    for (Event event : RunDirectory.open(run).readMetrics()) {
      if (event instanceof Event.Merge merge) {
        merged.put(merge.module(), merge.rank());
      } else if (event instanceof Event.Ranks ranks) {
        assertThat(ranks.ranks()).hasSize(12).containsAllEntriesOf(merged);
        last = ranks;
      }
    }
    assertThat(merged).isNotEmpty();
    assertThat(last.ranks()).isEqualTo(result().ranks());
    assertThat(last.effectiveRanks()).isEqualTo(result().effectiveRanks());
  }

  @Test
  void pageCanBeMadeAgainAndElsewhere() throws IOException {
    Path page = dir.resolve("again.html");
    Cli.Outcome made = Cli.run("report", run.toString(), "--output", page.toString()).succeeded();
    assertThat(made.out()).isEqualTo(page + "\n");
    assertThat(Files.readString(page)).isEqualTo(Files.readString(run.resolve("report.html")));
    Path comparison = Files.createDirectories(dir.resolve("comparison"));
    Files.writeString(comparison.resolve("comparison.md"), "");
    Cli.Outcome refused = Cli.run("report", comparison.toString());
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("comparison.json", "compare command again");
  }

  @Test
  void filesForTensorBoardAreLeftOutWhereNobodyWantsThem() {
    Path output = dir.resolve("no scalars");
    train(output, "--set", "train.max-steps=2", "--set", "report.tensorboard=false").succeeded();
    assertThat(output.resolve("tensorboard")).doesNotExist();
    assertThat(output.resolve("report.html")).isRegularFile();
  }

  @Test
  void rankMapIsDrawnAsWhatTheFilesNameSays() throws IOException {
    Path svg = dir.resolve("map.svg");
    Path png = dir.resolve("map.png");
    Cli.Outcome drawn = Cli.run("inspect", run.toString(), "--image", svg.toString()).succeeded();
    assertThat(drawn.out()).contains("total rank");
    assertThat(drawn.err()).contains("rank map in " + svg);
    assertThat(Files.readString(svg)).contains("<svg", "a run");
    Cli.run("inspect", run.resolve("adapter").toString(), "--json", "--image", png.toString())
        .succeeded();
    assertThat(Files.readAllBytes(png)).startsWith(0x89, 'P', 'N', 'G');
  }

  @Test
  void mapThatCannotBeDrawnIsRefused() {
    Cli.Outcome ending = Cli.run("inspect", run.toString(), "--image", "map.gif");
    assertThat(ending.code()).isEqualTo(2);
    assertThat(ending.err()).contains(".png or .svg", "map.gif", "#inspect-image");
    Cli.Outcome nothing =
        Cli.run("inspect", model.toString(), "--image", dir.resolve("m.png").toString());
    assertThat(nothing.code()).isEqualTo(1);
    assertThat(nothing.err()).contains("Expected ranks to draw", "#inspect-image");
    assertThat(dir.resolve("m.png")).doesNotExist();
  }

  @Test
  void resultGoesToStandardOutputAndEverythingElseToStandardError() {
    assertThat(trained.out().lines().map(line -> line.replaceFirst(" {2,}.*", "")))
        .containsExactly(
            "accuracy",
            "f1",
            "adapter parameters",
            "head parameters",
            "total rank",
            "time",
            "ended",
            "peak memory",
            "run");
    assertThat(trained.err())
        .contains("model   " + model, "task    text", "method  aroma", "device  cpu")
        .contains("run     " + run, "steps   at most 150", "step 150/150", "accuracy")
        .contains("layer", "Σ", "total rank")
        .contains("step 150/150");
    assertThat(trained.err().lines().filter(line -> line.startsWith("outer step ")))
        .isNotEmpty()
        .allMatch(OUTER.asMatchPredicate());
  }

  @Test
  void optionsThatMayNotBeMeantAreNotedAtTheStart() {
    Cli.Outcome outcome =
        train(dir.resolve("noted"), "--set", "train.max-steps=3", "--set", "method.inner-steps=9");
    assertThat(outcome.succeeded().err())
        .contains("note: a component may train for 9 steps, and the run has 3 for all")
        .contains("note: train.schedule.warmup (");
    assertThat(trained.err()).doesNotContain("note:");
  }

  @Test
  void nextCommandsAreReadyToPasteIntoAShell() {
    assertThat(trained.err())
        .contains("./aroma predict --run '" + run + "' \"a text\"")
        .contains("./aroma eval --run '" + run + "'")
        .contains("./aroma inspect '" + run + "'")
        .contains("./aroma merge --run '" + run + "' --output '" + run + "-merged'");
  }

  @Test
  void quietPrintsTheResultAlone() {
    Cli.Outcome quiet = tiny.train(dir.resolve("quiet"), 1, "--quiet");
    assertThat(quiet.succeeded().err()).isEmpty();
    assertThat(quiet.out()).contains("accuracy");
  }

  @Test
  void setWinsOverShortFormsAndShortFormsOverTheConfig() throws IOException {
    Path yaml = Files.writeString(dir.resolve("run.yaml"), "train: {batch-size: 4, clip: 0.5}\n");
    Path output = dir.resolve("precedence");
    train(output, "--config", yaml.toString(), "--set", "train.max-steps=2").succeeded();
    var options = Recipes.options(output).train();
    assertThat(options.clip()).isEqualTo(0.5);
    assertThat(options.batchSize()).isEqualTo(16);
    assertThat(options.maxSteps()).isEqualTo(2);
  }

  @Test
  void anotherMethodThanTheConfigsDropsThatOnesOptions() throws IOException {
    Path yaml = Files.writeString(dir.resolve("m.yaml"), "method: {name: aroma, rank: 2}\n");
    Path output = dir.resolve("head");
    Cli.Outcome outcome = train(output, "--config", yaml.toString(), "--method", "head");
    outcome.succeeded();
    assertThat(outcome.err()).contains("method  head").doesNotContain(" live ");
    assertThat(Cli.run("eval", "--run", output.toString()).succeeded().out())
        .contains("accuracy is exactly that of result.json");
    assertThat(Cli.run("inspect", output + "/adapter").succeeded().out())
        .containsPattern("type +head")
        .containsPattern("adapter parameters +0\\n");
  }

  @Test
  void evaluationFromDiskGivesExactlyTheSameScore() throws IOException {
    Cli.Outcome outcome = Cli.run("eval", "--run", run.toString(), "--json").succeeded();
    JsonNode json = JSON.readTree(outcome.out());
    assertThat(json.get("score").doubleValue()).isEqualTo(result().score());
    assertThat(json.get("same").booleanValue()).isTrue();
    assertThat(json.get("metrics").get("f1").doubleValue()).isEqualTo(result().metrics().get("f1"));
    assertThat(Cli.run("eval", "--run", run.toString()).out())
        .contains("accuracy is exactly that of result.json");
  }

  @Test
  void evaluationFromDiskGivesTheSameScoreInBfloat16Too() throws IOException {
    for (String method : List.of("aroma", "lora", "bitfit", "head", "full")) {
      Path output = dir.resolve("bf16-" + method);
      train(output, "--method", method, "--lr", "2e-2", "--precision", "bf16").succeeded();
      String shown = Cli.run("eval", "--run", output.toString(), "--json").succeeded().out();
      JsonNode json = JSON.readTree(shown);
      assertThat(json.get("same").booleanValue()).as(method + shown).isTrue();
    }
  }

  @Test
  void otherScoreThanTheRunsIsSaidToBeMoreOrLess() throws IOException {
    Path output = dir.resolve("altered");
    train(output, "--set", "train.max-steps=2").succeeded();
    Path file = output.resolve("result.json");
    String text = Files.readString(file);
    for (String[] expected : new String[][] {{"2.0", "less"}, {"-1.0", "more"}}) {
      Files.writeString(
          file, text.replaceAll("\"score\"\\s*:\\s*[0-9.E-]+", "\"score\" : " + expected[0]));
      assertThat(Cli.run("eval", "--run", output.toString()).succeeded().out())
          .containsPattern("this is [0-9.]+ " + expected[1]);
    }
  }

  /** A correlation depends on every digit of every prediction. */
  @Test
  void reloadedRegressionPredictsWhatWasTrained() throws IOException {
    Path output = dir.resolve("stars");
    train(output, "--label-column", "stars", "--set", "task.regression=true", "--lr", "1e-2")
        .succeeded();
    JsonNode eval = JSON.readTree(Cli.run("eval", "--run", output.toString(), "--json").out());
    assertThat(eval.get("metric").textValue()).isEqualTo("pearson");
    assertThat(eval.get("score").doubleValue())
        .isCloseTo(RunDirectory.open(output).readResult().score(), within(1e-6));
    Cli.Outcome predicted = Cli.run("predict", "--run", output.toString(), "the film was good");
    assertThat(JSON.readTree(predicted.succeeded().out()).get("value").isNumber()).isTrue();
  }

  @Test
  void evaluationOnAnotherFileJudgesAllOfIt() throws IOException {
    JsonNode json =
        JSON.readTree(
            Cli.run("eval", "--run", run.toString(), "--data", csv.toString(), "--json").out());
    assertThat(json.get("score").doubleValue()).isBetween(0.6, 1.0);
    assertThat(json.has("recorded")).isFalse();
    Path foreign = Files.writeString(dir.resolve("other.csv"), "text,label\ngood,x\nbad,y\n");
    Cli.run("eval", "--run", run.toString(), "--data", foreign.toString())
        .refused(1, "\"x\"", "[bad, good]");
  }

  @Test
  void inspectionShowsRanksAsAGridFromTheRunAndFromTheAdapterAlone() throws IOException {
    String shown = Cli.run("inspect", run.toString()).succeeded().out();
    assertThat(shown).contains("layer", "query", "attn.out", "accuracy").doesNotContain("\u001b");
    JsonNode ofRun = JSON.readTree(Cli.run("inspect", run.toString(), "--json").out());
    JsonNode ofAdapter = JSON.readTree(Cli.run("inspect", run + "/adapter", "--json").out());
    assertThat(ofRun.get("kind").textValue()).isEqualTo("run");
    assertThat(ofAdapter.get("kind").textValue()).isEqualTo("adapter");
    assertThat(ofAdapter.get("total_rank").longValue()).isEqualTo(result().totalRank());
    ofAdapter
        .get("effective_ranks")
        .properties()
        .forEach(
            entry ->
                assertThat(entry.getValue().doubleValue())
                    .isCloseTo(result().effectiveRanks().get(entry.getKey()), within(1e-3)));
  }

  @Test
  void mergedModelLoadsAndPredictsTheSame() {
    Path merged = dir.resolve("merged");
    Cli.Outcome outcome =
        Cli.run("merge", "--run", run.toString(), "--output", merged.toString()).succeeded();
    assertThat(outcome.out()).contains("config.json", "model.safetensors", "tokenizer.json");
    List<String> texts = Reviews.all().stream().map(Reviews.Review::text).toList();
    try (TextClassifier tuned = TextClassifier.load(run, "cpu", "fp32");
        TextClassifier plain = TextClassifier.load(merged, "cpu", "fp32")) {
      assertThat(plain.labels()).isEqualTo(tuned.labels()).containsExactly("bad", "good");
      List<Prediction> expected = tuned.classify(texts);
      List<Prediction> found = plain.classify(texts);
      for (int i = 0; i < texts.size(); i++) {
        assertThat(found.get(i).probabilities().get("good"))
            .isCloseTo(expected.get(i).probabilities().get("good"), within(1e-5));
      }
    }
    Cli.run("merge", "--run", run.toString(), "--output", merged.toString())
        .refused(1, "config.json in the way");
    Cli.run("merge", "--run", merged.toString(), "--output", dir + "/x").refused(1, "of a run");
    Cli.run("eval", "--run", merged.toString()).refused(1, "of a run");
    assertThat(Cli.run("inspect", merged.toString()).succeeded().out())
        .contains("model_type", "bert", "id2label");
  }

  @Test
  void outputThatHoldsARunIsNotTouched() throws IOException {
    String before = Files.readString(run.resolve("result.json"));
    train(run).refused(1, "found a run in " + run, "--output");
    assertThat(Files.readString(run.resolve("result.json"))).isEqualTo(before);
  }

  @Test
  void directoryOfTheModelIsNoPlaceForItsRun() throws IOException {
    List<String> before = files(model);
    train(model).refused(1, "found config.json in " + model, "--output " + model + "-2");
    assertThat(files(model)).isEqualTo(before);
  }

  private static List<String> files(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(Path::toString).sorted().toList();
    }
  }

  @Test
  void interruptedRunIsSavedAndSaysWhere() {
    Interruption interruption = new Interruption(System.err);
    interruption.shutdown(); // nothing to wait for yet
    Path output = dir.resolve("interrupted");
    Cli.Outcome outcome =
        Cli.run(interruption, "", tiny.words("train", "--output", output.toString()));
    assertThat(outcome.code()).isEqualTo(TrainCommand.INTERRUPTED);
    assertThat(outcome.err()).contains("Stopped by Ctrl-C after step 1", output.toString());
    assertThat(RunDirectory.open(output).readResult().stopped()).isEqualTo(Stopped.INTERRUPTED);
    assertThat(Cli.run("predict", "--run", output.toString(), "good").code()).isZero();
  }

  @Test
  void lossThatIsNoNumberStopsAndKeepsTheLastGoodState() {
    Path output = dir.resolve("diverged");
    Cli.Outcome outcome = train(output, "--lr", "1e30", "--set", "train.clip=0");
    outcome.refused(1, "the loss of step", output + "/adapter", "lower --lr");
    assertThat(RunDirectory.open(output).readResult().stopped()).isEqualTo(Stopped.FAILED);
    Cli.run("predict", "--run", output.toString(), "good").succeeded();
  }
}
