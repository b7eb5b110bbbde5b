package dev.aroma.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.input.InputException;
import dev.aroma.report.Event;
import dev.aroma.report.Machine;
import dev.aroma.report.Manifest;
import dev.aroma.report.Result;
import dev.aroma.report.RunDirectory;
import dev.aroma.report.Stopped;
import dev.aroma.report.Versions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The comparison's bookkeeping, with runs that are only written, not trained. */
class ComparisonRunTest {
  @TempDir Path dir;
  private final List<String> messages = new ArrayList<>();
  private final AtomicBoolean stop = new AtomicBoolean();
  private final Pretended runner = new Pretended();
  private Path output;
  private Config base;

  @BeforeEach
  void makeTask() throws IOException {
    output = dir.resolve("out");
    Path csv = Files.writeString(dir.resolve("t.csv"), "text,label\n" + "a,x\nb,y\n".repeat(20));
    base = Config.empty().with("task.name", "text", "test").with("task.data", "" + csv, "test");
    Path dev = Files.copy(csv, dir.resolve("dev.csv"));
    base = base.with("task.dev-file", dev.toString(), "test");
  }

  private ComparisonRun.Outcome run(String methods, String seeds) {
    Comparison comparison =
        ComparisonConfig.of(base).with("methods", methods).with("seeds", seeds).resolve();
    ComparisonRun.Observer observer =
        new ComparisonRun.Observer(messages::add, text -> {}, stop::get);
    return ComparisonRun.run(comparison, output, runner, List.of("aroma", "compare"), observer);
  }

  @Test
  void everyCellRunsOnceAndTheSecondTimeNone() throws IOException {
    ComparisonRun.Outcome first = run("aroma,head", "0,1");
    assertThat(runner.ran)
        .containsExactly("text-aroma-0", "text-head-0", "text-aroma-1", "text-head-1");
    assertThat(first.run()).isEqualTo(4);
    assertThat(first.missing()).isZero();
    String table = Files.readString(output.resolve("comparison.txt"));
    runner.ran.clear();
    ComparisonRun.Outcome second = run("aroma,head", "0,1");
    assertThat(runner.ran).isEmpty();
    assertThat(second.done()).isEqualTo(4);
    assertThat(Files.readString(output.resolve("comparison.txt"))).isEqualTo(table);
    assertThat(messages).contains("4 of 4 cells are done already");
  }

  @Test
  void moreSeedsAndMethodsRunOnlyWhatIsNew() {
    run("head", "0");
    run("head,aroma", "0,1");
    assertThat(runner.ran)
        .containsExactly("text-head-0", "text-aroma-0", "text-head-1", "text-aroma-1");
    assertThat(messages.get(messages.size() - 2)).startsWith("cell 4 of 4: text, aroma, seed 1 (");
  }

  @Test
  void cellThatWasCutOffIsRunAgainFromNothing() throws IOException {
    run("head,aroma", "0");
    Path cell = output.resolve("cells/text-head-0");
    Files.delete(cell.resolve("result.json"));
    Files.createDirectories(cell.resolve("checkpoints"));
    Files.writeString(cell.resolve("checkpoints/1"), "");
    runner.ran.clear();
    run("head,aroma", "0");
    assertThat(runner.ran).containsExactly("text-head-0");
    assertThat(cell.resolve("checkpoints")).doesNotExist();
  }

  @Test
  void interruptedCellIsRunAgain() {
    runner.ending = Stopped.INTERRUPTED;
    run("head", "0");
    runner.ending = Stopped.MAX_STEPS;
    run("head", "0");
    assertThat(runner.ran).containsExactly("text-head-0", "text-head-0");
  }

  @Test
  void cellThatEndedBetweenItsRequestAndItsDirectoryIsRun() throws IOException {
    run("head", "0");
    Path cell = output.resolve("cells/text-head-0");
    String request = Files.readString(output.resolve("cells/text-head-0.yaml"));
    try (Stream<Path> files = Files.walk(cell)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
    assertThat(run("head", "0").run()).isEqualTo(1);
    assertThat(output.resolve("cells/text-head-0.yaml")).hasContent(request.strip());
    assertThat(RunDirectory.open(cell).readResult().score()).isEqualTo(0.5);
  }

  @Test
  void cellIsAnOrdinaryRunWithNothingElseInIt() throws IOException {
    run("head", "0");
    try (Stream<Path> files = Files.list(output.resolve("cells/text-head-0"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "config.yaml", "manifest.json", "metrics.jsonl", "result.json");
    }
  }

  @Test
  void everyLearningRateHasACellAndTheBestOneTheRow() throws IOException {
    runner.scores.put(1e-3, 0.8);
    ComparisonRun.Outcome outcome = run("head:lr=[1e-4,1e-3,1e-2];aroma:lr=1e-3", "0,1");
    assertThat(runner.ran)
        .hasSize(8)
        .startsWith(
            "text-head@1e-4-0", "text-head@1e-3-0", "text-head@1e-2-0", "text-aroma-lr1e-3-0");
    assertThat(outcome.report().table().row("text", "head").learningRate()).isEqualTo(1e-3);
    assertThat(outcome.report().text())
        .contains("1e-3 of 3", "learning rates 3; aroma-lr1e-3: ", "learning rates 1");
    assertThat(messages).contains("cell 1 of 8: text, head, learning rate 1e-4, seed 0");
    run("head:lr=[1e-4,1e-3,1e-2,2e-2];aroma:lr=1e-3", "0,1");
    assertThat(runner.ran).as("a rate more runs alone").hasSize(10);
  }

  @Test
  void linksInACellThatWasCutOffAreNotFollowed() throws IOException {
    Path precious = Files.writeString(Files.createDirectory(dir.resolve("mine")).resolve("f"), "");
    run("head", "0");
    Path cell = output.resolve("cells/text-head-0");
    Files.delete(cell.resolve("result.json"));
    Files.createSymbolicLink(cell.resolve("link"), precious.getParent());
    run("head", "0");
    assertThat(cell.resolve("link")).doesNotExist();
    assertThat(cell.resolve("result.json")).exists();
    assertThat(precious).exists();
  }

  @Test
  void whatIsNotOursOrHasOtherOptionsIsNotTouched() throws IOException {
    run("head,aroma", "0");
    base = base.with("train.clip", "0.5", "test");
    assertThatThrownBy(() -> run("head,aroma", "0"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("2 cells are in the way")
        .hasMessageContaining("text-head-0: finished, with other options");
    Files.writeString(output.resolve("cells/text-head-5"), "a file");
    Files.createDirectories(output.resolve("cells/text-head-6"));
    Files.writeString(output.resolve("cells/text-head-6/result.json"), "{}");
    assertThatThrownBy(() -> run("head", "5,6"))
        .hasMessageContaining("text-head-5: no cell")
        .hasMessageContaining("text-head-6: no cell");
    assertThat(output.resolve("cells/text-head-6/result.json")).hasContent("{}");
    assertThat(runner.ran).hasSize(2);
  }

  @Test
  void directoryOfSomethingElseIsRefused() throws IOException {
    Files.createDirectories(output);
    Files.writeString(output.resolve("notes.txt"), "mine");
    assertThatThrownBy(() -> run("head", "0")).hasMessageContaining("found other files");
    Path file = Files.writeString(dir.resolve("file"), "");
    output = file;
    assertThatThrownBy(() -> run("head", "0")).isInstanceOf(InputException.class);
  }

  @Test
  void twoAtOnceAreRefused() {
    run("head", "0");
    try (CellStore held = CellStore.open(output)) {
      assertThat(held).isNotNull();
      assertThatThrownBy(() -> run("head", "0")).hasMessageContaining("Another process");
    }
    assertThat(run("head", "0").done()).isEqualTo(1);
  }

  @Test
  void failedCellIsRecordedAndTheRestGoesOn() throws IOException {
    runner.failing = "text-aroma-0";
    ComparisonRun.Outcome outcome = run("aroma,head", "0");
    assertThat(outcome.failed()).isEqualTo(1);
    assertThat(runner.ran).containsExactly("text-aroma-0", "text-head-0");
    assertThat(outcome.report().text())
        .contains("1 failed", "failed: text aroma seed 0: no memory");
    assertThat(Files.readString(output.resolve("cells/text-aroma-0.failure.txt")))
        .startsWith("no memory");
    runner.failing = "";
    assertThat(run("aroma,head", "0").failed()).as("what crashed is tried again").isZero();
    assertThat(output.resolve("cells/text-aroma-0.failure.txt")).doesNotExist();
  }

  @Test
  void lossThatWasNoNumberIsNotTriedAgain() {
    runner.ending = Stopped.FAILED;
    assertThat(run("head", "0").failed()).isEqualTo(1);
    ComparisonRun.Outcome again = run("head", "0");
    assertThat(again.failed()).isEqualTo(1);
    assertThat(again.report().text()).contains("the loss was not a number");
    assertThat(runner.ran).hasSize(1);
  }

  @Test
  void stopLeavesTheOthersForNextTime() throws IOException {
    runner.stopsAfter = 1;
    ComparisonRun.Outcome outcome = run("head,aroma", "0,1");
    assertThat(outcome.missing()).isEqualTo(3);
    assertThat(Files.readString(output.resolve("comparison.txt"))).contains("1 of 2");
    stop.set(false);
    runner.stopsAfter = 100;
    assertThat(run("head,aroma", "0,1").missing()).isZero();
    assertThat(runner.ran).hasSize(4);
  }

  @Test
  void itsReportIsMadeAgainFromItsFiles() throws IOException {
    runner.failing = "text-aroma-0";
    run("head:lr=[1e-4,1e-3];aroma", "0,1");
    Path page = output.resolve("report.html");
    String first = Files.readString(page);
    Files.delete(page);
    assertThat(StoredComparison.isIn(output)).isTrue();
    assertThat(StoredComparison.writePage(output, null)).isEqualTo(page);
    assertThat(page).hasContent(first);
    Path elsewhere = dir.resolve("page.html");
    StoredComparison.writePage(output, elsewhere);
    assertThat(Files.readString(elsewhere))
        .contains("failed: text aroma seed 0", "of the one process");
  }

  @Test
  void halfAComparisonHasAReportOfWhatThereIs() throws IOException {
    runner.stopsAfter = 1;
    run("head,aroma", "0,1");
    Path cut = output.resolve("cells/text-aroma-0");
    Files.writeString(output.resolve("cells/text-aroma-0.yaml"), "train: {max-steps: 3}");
    Files.createDirectories(cut.resolve("checkpoints"));
    StoredComparison.writePage(output, null);
    assertThat(Files.readString(output.resolve("report.html")))
        .contains("1 of 4 runs are there, 0 of these failed.", "1 of 2");
    try (CellStore held = CellStore.open(output)) {
      assertThat(held).isNotNull();
      StoredComparison.writePage(output, null); // while it goes on
    }
  }

  @Test
  void aCellThatCannotBeReadIsNotedInTheReport() throws IOException {
    run("head,aroma", "0");
    Files.writeString(output.resolve("cells/text-head-0/manifest.json"), "{");
    StoredComparison.writePage(output, null);
    assertThat(Files.readString(output.resolve("report.html")))
        .contains("1 of 2 runs are there", "text-head-0 cannot be read: Expected the JSON of");
  }

  @Test
  void tasksThatAreAnsweredInWritingAreComparedToo() throws IOException {
    String line = "{\"instruction\": \"Count to %d.\", \"output\": \"%d\"}\n";
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      lines.append(line.formatted(i, i));
    }
    Path data = Files.writeString(dir.resolve("mine.jsonl"), lines);
    base =
        Config.empty()
            .with("task.name", "instructions", "test")
            .with("task.data", data.toString(), "test");
    assertThat(run("lora", "0").run()).isEqualTo(1);
    Files.delete(data);
    assertThatThrownBy(() -> run("lora", "1"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("mine.jsonl");
    assertThat(runner.ran).hasSize(1);
  }

  @Test
  void sharedProcessIsSaid() {
    assertThat(run("head", "0").report().text()).contains("of the one process that ran the cells");
  }

  @Test
  void paceLeavesOutEvaluationsAndTheFirstStep() {
    List<Event> events =
        List.of(
            step(1, 10),
            step(2, 11),
            new Event.Merge(2, 11.5, 1, "m", 1, 0.1),
            new Event.Ranks(2, 12, Map.of("m", 1), Map.of("m", 1.0)),
            new Event.Eval(2, 14.5, "accuracy", 0.5, Map.of()),
            step(3, 15),
            new Event.Eval(3, 99, "accuracy", 0.5, Map.of()));
    assertThat(CellFacts.secondsPerStep(events)).isCloseTo((5 - 3) / 2.0, within(1e-9));
    List<Event> measured =
        List.of(
            step(1, 10),
            step(2, 11),
            new Event.Merge(2, 11.5, 1, "m", 1, 0.1),
            new Event.Ranks(2, 21.5, Map.of("m", 1), Map.of("m", 1.0)),
            step(3, 22));
    assertThat(CellFacts.secondsPerStep(measured))
        .as("to measure ranks is no training")
        .isCloseTo(1, within(1e-9));
    assertThat(CellFacts.secondsPerStep(events.subList(0, 1))).isNaN();
  }

  @Test
  void timeLeftIsGuessedFromTheSameMethodFirst() {
    CellClock clock = new CellClock();
    Cell a = new Cell("t", "a", null, 0, null);
    Cell b = new Cell("t", "b", null, 0, null);
    assertThat(clock.left(List.of(a))).isEmpty();
    clock.took(a, 10);
    clock.took(a, 30);
    assertThat(clock.left(List.of(a, b))).isEqualTo(" (about 40 s left)");
    clock.took(b, 600);
    assertThat(clock.left(List.of(a, b))).isEqualTo(" (about 10 min left)");
    assertThat(CellClock.shown(7200)).isEqualTo("2.0 h");
  }

  private static Event step(int step, double seconds) {
    return new Event.Step(step, seconds, 0.5, 1e-3, 100, 1, 1, 0);
  }

  /** Writes what a run would. */
  private final class Pretended implements CellRunner {
    private final List<String> ran = new ArrayList<>();
    private String failing = "";
    private Stopped ending = Stopped.MAX_STEPS;
    private int stopsAfter = 100;
    private final Map<Double, Double> scores = new HashMap<>();

    @Override
    public void run(
        RunOptions options, Path config, Path log, Consumer<String> progress, BooleanSupplier ask)
        throws CellFailure {
      ran.add(options.output().getFileName().toString());
      assertThat(config).isRegularFile();
      if (failing.equals(ran.get(ran.size() - 1))) {
        throw new CellFailure("no memory\n  more");
      }
      RunDirectory run = RunDirectory.create(options.output());
      run.writeConfig(Recipes.yaml(options));
      try (var metrics = run.openMetrics()) {
        metrics.write(new Event.Start(0, "now", "text", "m", 2, 36, 1, 1));
        metrics.write(step(1, 1));
        metrics.write(step(2, 2));
      }
      OffsetDateTime now = OffsetDateTime.parse("2026-01-01T00:00:00Z");
      run.writeManifest(
          Manifest.begin(
                  Versions.current("0"),
                  Machine.current(null),
                  List.of(),
                  options.train().seed(),
                  "",
                  Map.of(),
                  Map.of(),
                  now)
              .end(now, OptionalLong.of(1 << 20)));
      double score = scores.getOrDefault(options.train().learningRate(), 0.5);
      run.writeResult(result(options.train().seed(), score));
      stop.set(ran.size() >= stopsAfter);
    }

    private Result result(long seed, double score) {
      Result.Parameters parameters = new Result.Parameters(4, 4, 4, 2, 100);
      Map<String, Double> all = Map.of("accuracy", score);
      return new Result(
          "text",
          "m",
          "accuracy",
          score,
          score,
          all,
          4,
          2,
          ending,
          1,
          64,
          parameters,
          Map.of(),
          Map.of(),
          0,
          seed);
    }

    @Override
    public boolean ownProcess() {
      return false;
    }
  }
}
