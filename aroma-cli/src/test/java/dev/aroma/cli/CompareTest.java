package dev.aroma.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aroma.report.Manifest;
import dev.aroma.report.RunDirectory;
import dev.aroma.report.Stopped;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From methods and seeds to a table, with the cells in processes of their own. */
class CompareTest {
  private static final String METHODS = "aroma:inner-steps=5,outer-tolerance=0,label=grow;head";
  @TempDir static Path dir;
  private static TinyCase tiny;
  private static Path output;
  private static Cli.Outcome compared;

  @BeforeAll
  static void compare() throws IOException {
    tiny = TinyCase.in(dir);
    output = dir.resolve("a comparison");
    compared = compare(METHODS, "0,1", output);
  }

  private static Cli.Outcome compare(String methods, String seeds, Path to, String... more) {
    List<String> args = new ArrayList<>(List.of("--methods", methods, "--seeds", seeds));
    args.addAll(List.of("--output", to.toString(), "--device", "cpu"));
    args.addAll(List.of("--max-steps", "12", "--batch-size", "16"));
    args.addAll(List.of(more));
    if (!args.contains("--lr")) {
      args.addAll(List.of("--lr", "1e-2"));
    }
    return Cli.run(tiny.words("compare", args.toArray(String[]::new)));
  }

  @Test
  void everyCellIsAnOrdinaryRun() {
    compared.succeeded();
    for (String cell : List.of("text-grow-0", "text-grow-1", "text-head-0", "text-head-1")) {
      Path run = output.resolve("cells").resolve(cell);
      assertThat(RunDirectory.open(run).readResult().steps()).isEqualTo(12);
      Cli.run("eval", "--run", run.toString()).succeeded();
    }
  }

  @Test
  void tableHasARowAMethodAndProgressGoesToStandardError() {
    assertThat(compared.out())
        .contains("task", "final", "eff. rank", "peak GiB", "text  head", "accuracy", " ± ")
        .contains("sample standard deviation over seeds 0, 1", "the cell's own process");
    assertThat(compared.err())
        .contains("cell 1 of 4: text, grow, seed 0")
        .containsPattern("cell 4 of 4: text, head, seed 1 \\(about \\d+ s left\\)")
        .contains("  accuracy ");
  }

  @Test
  void filesAreThere() throws IOException {
    assertThat(Files.readString(output.resolve("comparison.md"))).contains("| text | head");
    assertThat(Files.readAllLines(output.resolve("comparison.csv"))).hasSize(3);
    assertThat(Files.readAllLines(output.resolve("cells.csv"))).hasSize(5);
    byte[] png = Files.readAllBytes(output.resolve("comparison.png"));
    assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isEqualTo(1720);
    assertThat(output.resolve("comparison.svg")).isNotEmptyFile();
  }

  @Test
  void itsPageIsMadeAgain() throws IOException {
    Path page = output.resolve("report.html");
    String first = Files.readString(page);
    Path elsewhere = dir.resolve("elsewhere.html");
    Cli.run("report", output.toString(), "--output", elsewhere.toString()).succeeded();
    assertThat(Files.readString(elsewhere)).contains("href=\"a comparison/cells/text-grow-0/");
    assertThat(page).hasContent(first);
    Files.delete(page);
    assertThat(Cli.run("report", output.toString()).succeeded().out()).contains("report.html");
    assertThat(page).hasContent(first);
  }

  @Test
  void memoryIsOfTheCellsOwnProcess() {
    Manifest manifest = RunDirectory.open(output.resolve("cells/text-head-0")).readManifest();
    if (Files.exists(Path.of("/proc/self/status"))) {
      assertThat(manifest.peakMemoryBytes()).isPositive();
    }
    assertThat(manifest.command()).startsWith("aroma", "compare-cell");
  }

  @Test
  void secondTimeNothingIsRun() throws IOException {
    Path result = output.resolve("cells/text-head-0/result.json");
    FileTime before = Files.getLastModifiedTime(result);
    Cli.Outcome again = compare(METHODS, "0,1", output);
    assertThat(again.succeeded().err()).contains("4 of 4 cells are done").doesNotContain("cell 1");
    assertThat(again.out()).isEqualTo(compared.out());
    assertThat(Files.getLastModifiedTime(result)).isEqualTo(before);
  }

  @Test
  void everyLearningRateIsTriedAndTheBestOneShown() throws IOException {
    Path to = dir.resolve("rates");
    Cli.Outcome outcome = compare("head", "0", to, "--lr", "[1e-5, 5e-2]").succeeded();
    assertThat(outcome.out())
        .contains("5e-2 of 2", "Learning rates tried", "chosen on the dev set on which it is shown")
        .containsPattern("text +head +1e-5 +1 ")
        .containsPattern("text +head +5e-2 +\\* +1 ");
    assertThat(outcome.err()).contains("cell 2 of 2: text, head, learning rate 5e-2, seed 0");
    Cli.run("eval", "--run", to + "/cells/text-head@5e-2-0").succeeded();
    assertThat(Files.readAllLines(to.resolve("comparison.csv"))).hasSize(2);
    assertThat(Files.readAllLines(to.resolve("cells.csv"))).hasSize(3);
  }

  @Test
  void cellThatDivergesIsShownAsFailedAndTheRestGoesOn() {
    Path to = dir.resolve("diverging");
    Cli.Outcome outcome =
        compare("aroma:lr=1e30,label=wild;head", "0", to, "--set", "train.clip=0");
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.out())
        .contains("0 of 1, 1 failed", "failed: text wild seed 0: training stopped: the loss of");
    assertThat(outcome.err()).contains("  failed: training stopped", "cell 2 of 2");
    Cli.Outcome again = compare("aroma:lr=1e30,label=wild;head", "0", to, "--set", "train.clip=0");
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("2 of 2 cells are done");
    assertThat(again.out()).isEqualTo(outcome.out());
  }

  @Test
  void stopEndsThePresentCellCleanlyAndItGoesOnNextTime() throws Exception {
    Path to = dir.resolve("stopped");
    Interruption interruption = new Interruption(System.err);
    Thread stopper = new Thread(() -> requestAfterSteps(to, interruption));
    stopper.start();
    Cli.Outcome outcome =
        Cli.run(
            interruption,
            "",
            tiny.words(
                "compare",
                "--methods",
                "head",
                "--seeds",
                "0,1",
                "--output",
                to.toString(),
                "--max-steps",
                "1000000"));
    stopper.join();
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(TrainCommand.INTERRUPTED);
    assertThat(outcome.err()).contains("goes on next time", "Stopped with 2 cells to go");
    RunDirectory cell = RunDirectory.open(to.resolve("cells/text-head-0"));
    assertThat(cell.readResult().stopped()).isEqualTo(Stopped.INTERRUPTED);
  }

  private static void requestAfterSteps(Path to, Interruption interruption) {
    Path metrics = to.resolve("cells/text-head-0/metrics.jsonl");
    try {
      for (int i = 0; i < 1200; i++) {
        if (Files.exists(metrics) && Files.readString(metrics).contains("\"step\"")) {
          break;
        }
        Thread.sleep(50);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      interruption.request();
    }
  }

  @Test
  void allMistakesAreToldAtOnce() {
    compare("aroma:rnk=2,arona,head:lr=fast", "0,x", dir.resolve("wrong"))
        .refused(
            2,
            "did you mean method.rank?",
            "did you mean aroma?",
            "train.learning-rate: found \"fast\"",
            "--seeds: found \"x\"");
    assertThat(dir.resolve("wrong")).doesNotExist();
  }

  @Test
  void dataThatAreNotThereAreToldOnceBeforeAnyCell() {
    Path to = dir.resolve("early");
    compare("head,aroma", "0,1", to, "--set", "task.data=" + dir.resolve("none"))
        .refused(1, "none");
    assertThat(to.resolve("cells")).doesNotExist();
  }

  @Test
  void anotherMethodsFinishedCellIsNotOverwritten() {
    compare(METHODS, "0", output, "--max-steps", "11").refused(2, "--max-steps");
    compare("head", "0", output, "--set", "train.clip=0.5")
        .refused(1, "finished, with other options", "text-head-0");
  }

  @Test
  void paperTablesAreKnownByNumberAndShownBesideOurs() throws IOException {
    Path glue = Files.createDirectories(dir.resolve("glue"));
    Cli.run("compare", "--paper-table", "1").refused(2, "paper-table-2");
    Cli.run("compare", "--paper-table", "4", "--config", "x").refused(2, "exclude");
    Cli.run(
            "compare",
            "--paper-table",
            "4",
            "--model",
            tiny.model().toString(),
            "--data",
            glue.toString())
        .refused(1, glue.toString());
  }

  @Test
  void childHasTheOptionsOfItsParent() {
    assertThat(
            ChildJvm.options(
                List.of(
                    "-Xmx2g",
                    "-Daroma.terminal=80",
                    "-cp",
                    "a.jar",
                    "-Dx=1",
                    "dev.aroma.cli.Main",
                    "compare",
                    "-Dy=2")))
        .containsExactly("-Xmx2g", "-Dx=1");
    assertThat(ChildJvm.options(List.of("-Xmx1g", "-jar", "surefire.jar")))
        .containsExactly("-Dorg.bytedeco.javacpp.nopointergc=true");
  }
}
