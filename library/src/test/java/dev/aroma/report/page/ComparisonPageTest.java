package dev.aroma.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aroma.report.CellResult;
import dev.aroma.report.Cells;
import dev.aroma.report.ComparisonReport;
import dev.aroma.report.Event;
import dev.aroma.report.PaperTable;
import dev.aroma.report.RunDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonPageTest {
  private static final List<String> METHODS = List.of("aroma", "lora-r8", "head");

  @TempDir Path dir;

  private Path run(CellResult cell) {
    return dir.resolve("cells/%s-%s-%d".formatted(cell.task(), cell.method(), cell.seed()));
  }

  /** Two seeds a method; the head's second cell failed. */
  private List<CellResult> cells(String task) {
    List<CellResult> cells = new ArrayList<>();
    for (long seed = 0; seed < 2; seed++) {
      cells.add(Cells.cell(task, "aroma", seed, 0.85 + 0.02 * seed, 165_888));
      cells.add(Cells.cell(task, "lora-r8", seed, 0.86 + 0.005 * seed, 1_327_104));
    }
    cells.add(Cells.cell(task, "head", 0, 0.7, 0));
    cells.add(CellResult.failed(task, "head", 5e-4, 1, "the loss was </script> NaN"));
    cells.stream().filter(CellResult::succeeded).forEach(this::log);
    return cells;
  }

  private void log(CellResult cell) {
    List<Event> events = new ArrayList<>(List.of(Runs.start()));
    double score = cell.result().score();
    for (int step = 1; step <= 100; step++) {
      events.add(Runs.step(step, 1.0 / (step + cell.seed())));
      if (step % 20 == 0) {
        double now = score - (100 - step) / 500.0;
        events.add(new Event.Eval(step, step, "accuracy", now, Map.of("accuracy", now)));
      }
    }
    RunDirectory run = RunDirectory.create(run(cell));
    Runs.log(run, events);
  }

  private static ComparisonReport report(
      List<String> tasks, List<CellResult> cells, PaperTable paper) {
    List<String> command = List.of("aroma", "compare", "--methods", "aroma,lora:r=8,head");
    return new ComparisonReport(
        "Three <methods>",
        command,
        tasks,
        METHODS,
        List.of(0L, 1L),
        6 * tasks.size(),
        cells,
        List.of("a note"),
        paper);
  }

  private Parsed page(ComparisonReport report) throws Exception {
    ComparisonPage.write(report, ComparisonPage.file(dir), this::run);
    String html = Files.readString(dir.resolve("report.html"));
    String keep = System.getProperty("aroma.pictures");
    if (keep != null) {
      Files.writeString(Path.of(keep, "comparison-" + report.tasks().size() + ".html"), html);
    }
    return Parsed.of(html);
  }

  @Test
  void tablesNotesAndFailuresCanBeReadWithoutScripts() throws Exception {
    Parsed page = page(report(List.of("mrpc"), cells("mrpc"), null));
    assertThat(page.text())
        .contains("Three &lt;methods&gt;", "aroma compare --methods aroma,lora:r=8,head")
        .contains("86.00 ± 1.41", "165,888", "a note")
        .contains("6 of 6 runs are there, 1 of these failed.")
        .contains("failed: mrpc head seed 1: the loss was &lt;/script&gt; NaN");
    assertThat(page.body()).doesNotContain("<methods>", "id=\"task\"");
  }

  @Test
  void scoresHaveTheirSpreadAndEachSeed() throws Exception {
    Parsed page = page(report(List.of("mrpc"), cells("mrpc"), null));
    JsonNode scores = page.figure("scores mrpc");
    assertThat(scores.path("rows").toString()).isEqualTo("[\"aroma\",\"lora-r8\",\"head\"]");
    assertThat(scores.path("x").asText()).isEqualTo("accuracy × 100");
    assertThat(scores.at("/series/0/kind").asText()).isEqualTo("SMALL");
    assertThat(scores.at("/series/0/x").toString()).isEqualTo("[85,87]");
    assertThat(scores.at("/series/1/kind").asText()).isEqualTo("MEAN");
    assertThat(scores.at("/series/1/x").toString()).isEqualTo("[86]");
    assertThat(scores.at("/series/1/deviation").asDouble()).isEqualTo(1.4142);
    assertThat(scores.at("/series/5/deviation").isNull()).as("one seed has no spread").isTrue();
  }

  @Test
  void scoreStandsAgainstParametersAndAHeadAloneIsALine() throws Exception {
    JsonNode figure = page(report(List.of("mrpc"), cells("mrpc"), null)).figure("parameters mrpc");
    assertThat(figure.path("log").asBoolean()).isTrue();
    assertThat(figure.at("/series/0/x").toString()).isEqualTo("[165888]");
    assertThat(figure.at("/series/2/kind").asText()).isEqualTo("LEVEL");
    assertThat(figure.at("/series/2/y").toString()).isEqualTo("[70,70]");
  }

  @Test
  void everyRunHasItsCurvesAndAMethodOneNameInTheLegend() throws Exception {
    Parsed page = page(report(List.of("mrpc"), cells("mrpc"), null));
    JsonNode curves = page.figure("curves mrpc").path("series");
    assertThat(curves).hasSize(5);
    assertThat(curves.findValuesAsText("name"))
        .containsExactly("aroma", "lora-r8", "aroma", "lora-r8", "head");
    assertThat(curves.findValuesAsText("unnamed")).hasSize(2);
    assertThat(curves.at("/0/x").toString()).isEqualTo("[20,40,60,80,100]");
    assertThat(curves.at("/2/tips/0").asText()).isEqualTo("seed 1");
    assertThat(page.figure("losses mrpc").path("series")).hasSize(5);
  }

  @Test
  void runsAreLinkedWhereTheyHaveAPage() throws Exception {
    List<CellResult> cells = cells("mrpc");
    Files.writeString(run(cells.get(0)).resolve("report.html"), "");
    Parsed page = page(report(List.of("mrpc"), cells, null));
    assertThat(page.body())
        .containsOnlyOnce("<a href=")
        .contains("<a href=\"cells/mrpc-aroma-0/report.html\">");
  }

  @Test
  void severalTasksAreShownOneAtATime() throws Exception {
    List<CellResult> cells = new ArrayList<>(cells("mrpc"));
    cells.addAll(cells("rte"));
    Parsed page = page(report(List.of("mrpc", "rte"), cells, PaperTable.of(2).orElseThrow()));
    assertThat(page.body())
        .contains("<select id=\"task\"><option>mrpc</option><option>rte</option>")
        .contains("data-task=\"mrpc\"", "data-task=\"rte\"")
        .contains("data-figure=\"scores rte\"");
    assertThat(page.text()).contains(PaperTable.of(2).orElseThrow().caption());
  }

  @Test
  void cellsWithoutALogAndNoCellsAtAllHaveAPageToo() throws Exception {
    List<CellResult> lost = List.of(Cells.cell("mrpc", "aroma", 0, 0.8, 100));
    Parsed page = page(report(List.of("mrpc"), lost, null));
    assertThat(page.figure("curves mrpc").isMissingNode()).isTrue();
    assertThat(page.figure("scores mrpc").isMissingNode()).isFalse();
    assertThat(page.text()).contains("1 of 6 runs are there");
    assertThat(page(report(List.of("mrpc"), List.of(), null)).text())
        .contains("0 of 6 runs are there");
  }
}
