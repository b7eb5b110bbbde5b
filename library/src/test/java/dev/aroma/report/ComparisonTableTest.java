package dev.aroma.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTableTest {
  private static final List<CellResult> CELLS = Cells.some();

  @Test
  void textGathersSeedsAndShowsNoDeviationOfOne() {
    assertThat(ComparisonTable.of(CELLS, 2).table().text())
        .isEqualTo(
            """
            task  method   metric      lr             seeds         final          best  params first       mean       last  total rank  eff. rank  s/epoch     ex/s  peak GiB
            ----  -------  --------  ----  ----------------  ------------  ------------  ------------  ---------  ---------  ----------  ---------  -------  -------  --------
            mrpc  aroma    accuracy  5e-4                 2  86.00 ± 1.41  87.00 ± 1.41       165,888    165,888    165,888         4.0       1.75     2.50  1,467.2      1.00
            mrpc  lora-r8  accuracy  5e-4                 2  86.00 ± 0.00  87.00 ± 0.00     1,327,104  1,327,104  1,327,104         4.0       1.75     2.50  1,467.2      1.00
            mrpc  head     accuracy  5e-4                 2  70.00 ± 0.00  71.00 ± 0.00             0          0          0           –          –     2.50  1,467.2      1.00
            rte   aroma    accuracy  5e-4                 2  86.00 ± 1.41  87.00 ± 1.41       165,888    165,888    165,888         4.0       1.75     2.50  1,467.2      1.00
            rte   lora-r8  accuracy  5e-4                 2  86.00 ± 0.00  87.00 ± 0.00     1,327,104  1,327,104  1,327,104         4.0       1.75     2.50  1,467.2      1.00
            rte   head     accuracy  5e-4  1 of 2, 1 failed         70.00         71.00             0          0          0           –          –     2.50  1,467.2      1.00
            """);
  }

  @Test
  void csvHasEveryMeasureUnroundedAndNothingWhereThereIsNone() {
    List<CellResult> head = List.of(Cells.cell("rte", "head", 0, 0.1 + 0.2, 0));
    assertThat(ComparisonCsv.rows(ComparisonTable.of(head, 1)))
        .isEqualTo(
            """
            task,method,metric,learning_rate,rates_tried,seeds,failed,final_mean,final_sd,best_mean,best_sd,adapter_initial_mean,adapter_initial_sd,adapter_mean_mean,adapter_mean_sd,adapter_final_mean,adapter_final_sd,total_rank_mean,total_rank_sd,mean_rank_mean,mean_rank_sd,effective_rank_mean,effective_rank_sd,seconds_per_epoch_mean,seconds_per_epoch_sd,examples_per_second_mean,examples_per_second_sd,peak_memory_bytes_mean,peak_memory_bytes_sd
            rte,head,accuracy,5.0E-4,1,1,0,0.30000000000000004,,0.31000000000000005,,0,,0,,0,,,,,,,,2.5,,1467.2,,1073741824,
            """);
  }

  @Test
  void cellsAreListedWithWhyOneFailed() {
    String csv = ComparisonCsv.cells(CELLS);
    assertThat(csv.lines()).hasSize(13);
    assertThat(csv)
        .contains(
            "mrpc,aroma,5.0E-4,0,accuracy,100,max-steps,0.85,0.86,165888,165888,165888,4,2,1.75,2.5,1467.2,1073741824,\n")
        .contains("rte,head,5.0E-4,1,,,,,,,,,,,,,,,\"the loss was NaN, \"\"really\"\"\"\n");
  }

  @Test
  void whereAllFailedThereIsStillARow() {
    CellResult failed = CellResult.failed("rte", "head", 1e-3, 0, "no");
    ComparisonTable table = ComparisonTable.of(List.of(failed), 3);
    assertThat(table.row("rte", "head").metric()).isNull();
    assertThat(table.table().text()).contains("0 of 3, 1 failed", "–");
    assertThat(table.row("rte", "none")).isNull();
  }

  @Test
  void aLossIsShownAsItIs() {
    List<CellResult> cells = new ArrayList<>();
    for (long seed = 0; seed < 2; seed++) {
      double loss = 1.25 + seed;
      cells.add(Cells.cell("text", "lora", 5e-4, seed, loss, 8, Map.of("loss", loss)));
    }
    ComparisonReport report =
        new ComparisonReport(
            "T",
            List.of(),
            List.of("text"),
            List.of("lora"),
            List.of(0L, 1L),
            2,
            cells,
            List.of(),
            null);
    assertThat(report.text())
        .contains("1.7500 ± 0.7071", "loss on the whole dev set, less is better, mean ±")
        .contains("best is the lowest of all evaluations")
        .doesNotContain("× 100");
  }

  @Test
  void reportSaysWhatTheNumbersAre() {
    ComparisonReport report = report(null, List.of(0L, 1L));
    assertThat(report.markdown())
        .startsWith("# Title\n\n    aroma compare\n\n| task | method")
        .contains("| rte  | head    | accuracy | 5e-4 | 1 of 2, 1 failed |        70.00 |")
        .contains("mean ± sample", "seeds 0, 1", "* failed: rte head seed 1: the")
        .contains("* a note", "comparison.png");
    assertThat(report(null, List.of(7L)).text()).contains("one seed, so no standard deviation");
  }

  @Test
  void papersFiguresStandBesideOursWithTheNoteOnTheirMetric() {
    String text = report(PaperTable.of(2).orElseThrow(), List.of(0L, 1L)).text();
    assertThat(text)
        .contains("last batch of the dev set only")
        .containsPattern("method +whose +mrpc +rte +mean")
        .containsPattern("aroma +ours +86.00 ± 1.41 +86.00 ± 1.41 +86.00")
        .containsPattern("paper +94.17 +90.48 +92.3[23]")
        .containsPattern("lora-r8 +ours +86.00 ± 0.00")
        .containsPattern("paper +– +– +–");
  }

  private static ComparisonReport report(PaperTable paper, List<Long> seeds) {
    return new ComparisonReport(
        "Title",
        List.of("aroma", "compare"),
        List.of("mrpc", "rte"),
        List.of("aroma", "lora-r8", "head"),
        seeds,
        12,
        CELLS,
        List.of("a note"),
        paper);
  }

  /** The means that the paper prints, to its rounding. */
  @Test
  void papersFiguresGiveThePapersMeans() {
    PaperTable table = PaperTable.of(2).orElseThrow();
    List<String> tasks = List.of("cola", "mnli", "mrpc", "qnli", "qqp", "rte", "sst2", "stsb");
    List<String> methods = List.copyOf(table.figures().keySet());
    String text = table.beside(ComparisonTable.of(List.of(), 1), methods, tasks).text();
    assertThat(
            text.lines().filter(line -> line.contains("paper")).map(l -> l.replaceAll(".* ", "")))
        .containsExactly("85.40", "84.91", "85.30", "85.40", "85.43", "84.34", "84.14", "88.49");
  }

  @Test
  void tableOfSeveralMeasuresHasAColumnEach() {
    PaperTable table = PaperTable.of(4).orElseThrow();
    List<String> heads = List.of("aroma-prune");
    String text = table.beside(ComparisonTable.of(CELLS, 2), heads, List.of("mrpc")).text();
    assertThat(text)
        .containsPattern("mrpc mean rank +mrpc eff. rank +mrpc final")
        .containsPattern("paper +2.78 +2.68 +94.17");
    assertThat(PaperTable.of(6)).isEmpty();
  }

  /** That of the last is printed as 83.85. */
  @Test
  void tableOfScoresHasAColumnEachAndTheirMean() {
    PaperTable table = PaperTable.of(3).orElseThrow();
    List<String> methods = List.copyOf(table.figures().keySet());
    String text =
        table.beside(ComparisonTable.of(List.of(), 1), methods, List.of("commonsense")).text();
    assertThat(text).containsPattern("ARC-Easy +openbookqa +social_i_qa .* hellaswag +mean");
    assertThat(
            text.lines().filter(line -> line.contains("paper")).map(l -> l.replaceAll(".* ", "")))
        .containsExactly("82.21", "82.56", "82.67", "73.05", "76.49", "76.30", "83.11", "83.99");
  }

  @Test
  void scoresOfOneRunAreItsColumns() {
    Map<String, Double> scores = Map.of("accuracy", 0.5, "accuracy.ARC-Easy", 0.625);
    CellResult cell = Cells.cell("commonsense", "aroma-r1", 1e-4, 0, 0.5, 8, scores);
    String text =
        PaperTable.of(3)
            .orElseThrow()
            .beside(
                ComparisonTable.of(List.of(cell), 1), List.of("aroma-r1"), List.of("commonsense"))
            .text();
    assertThat(text).containsPattern("aroma-r1 +ours +62.50 +– .*–");
  }

  @Test
  void everyMeasureIsInEveryForm() {
    String text = ComparisonTable.of(CELLS, 2).table().text();
    String markdown = ComparisonTable.of(CELLS, 2).table().markdown();
    String csv = ComparisonCsv.rows(ComparisonTable.of(CELLS, 2));
    String cells = ComparisonCsv.cells(CELLS);
    for (Measure measure : Measure.values()) {
      assertThat(csv).contains(measure.key() + "_mean", measure.key() + "_sd");
      assertThat(cells).contains(measure.key());
      if (measure != Measure.MEAN_RANK) { // of one model it is the total rank again
        assertThat(text).contains(measure.heading());
        assertThat(markdown).contains(measure.heading());
      }
    }
  }
}
