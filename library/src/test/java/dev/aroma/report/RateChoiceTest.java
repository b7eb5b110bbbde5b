package dev.aroma.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RateChoiceTest {
  private static CellResult lora(double rate, long seed, double score) {
    return Cells.cell("rte", "lora", rate, seed, score, 100);
  }

  private static ComparisonReport report(List<CellResult> cells) {
    List<String> tasks = List.of("rte");
    List<String> methods = List.of("lora", "head");
    List<String> command = List.of("aroma", "compare");
    return new ComparisonReport(
        "T", command, tasks, methods, List.of(0L, 1L), 12, cells, List.of(), null);
  }

  @Test
  void rateWithTheBestMeanFinalScoreStandsForTheMethod() {
    List<CellResult> cells =
        List.of(
            lora(1e-4, 0, 0.70),
            lora(4e-4, 0, 0.74),
            lora(1e-3, 0, 0.78),
            lora(1e-4, 1, 0.70),
            lora(4e-4, 1, 0.74),
            lora(1e-3, 1, 0.60));
    ComparisonTable table = ComparisonTable.of(cells, 2);
    assertThat(table.rows()).hasSize(1);
    assertThat(table.row("rte", "lora").learningRate()).isEqualTo(4e-4);
    assertThat(table.row("rte", "lora").rates()).isEqualTo(3);
    assertThat(table.row("rte", "lora").get(Measure.FINAL).count()).isEqualTo(2);
    assertThat(table.choice()).isTrue();
    assertThat(table.table().text()).contains("4e-4 of 3");
    assertThat(ComparisonCsv.rows(table)).contains("rte,lora,accuracy,4.0E-4,3,2,0,0.74,");
    assertThat(table.rates().text())
        .isEqualTo(
            """
            task  method    lr  chosen  seeds          final           best
            ----  ------  ----  ------  -----  -------------  -------------
            rte   lora    1e-4              2   70.00 ± 0.00   71.00 ± 0.00
            rte   lora    4e-4  *           2   74.00 ± 0.00   75.00 ± 0.00
            rte   lora    1e-3              2  69.00 ± 12.73  70.00 ± 12.73
            """);
  }

  @Test
  void rateAtWhichSeedsFailedComesAfterOneAtWhichAllWentWell() {
    List<CellResult> cells =
        List.of(
            lora(1e-4, 0, 0.6),
            lora(1e-4, 1, 0.6),
            lora(1e-2, 0, 0.9),
            CellResult.failed("rte", "lora", 1e-2, 1, "no number"));
    ComparisonTable table = ComparisonTable.of(cells, 2);
    assertThat(table.row("rte", "lora").learningRate()).isEqualTo(1e-4);
    assertThat(table.rates().text()).contains("1 of 2, 1 failed");
    assertThat(report(cells).text()).contains("failed: rte lora seed 1 lr 1e-2: no number");
  }

  @Test
  void ofEqualsTheFirstIsTaken() {
    List<CellResult> cells = List.of(lora(3e-4, 0, 0.6), lora(1e-4, 0, 0.6));
    assertThat(ComparisonTable.of(cells, 1).row("rte", "lora").learningRate()).isEqualTo(3e-4);
  }

  @Test
  void choiceOnTheDevSetIsSaidAndEverythingTriedIsShown() {
    List<CellResult> cells = List.of(lora(1e-4, 0, 0.6), lora(1e-3, 0, 0.7));
    assertThat(report(cells).text())
        .contains("Learning rates tried\n", "chosen on the dev set on which it is shown");
    assertThat(report(cells).markdown()).contains("## Learning rates tried", "| lora   | 1e-3 | *");
    List<CellResult> one = List.of(lora(1e-4, 0, 0.6));
    assertThat(report(one).text()).doesNotContain("chosen on the dev set on", "tried");
  }

  @Test
  void ratesAreShort() {
    assertThat(List.of(5e-4, 1.2e-3, 0.1, 1.0, 2.25e-5))
        .extracting(RateChoice::shown)
        .containsExactly("5e-4", "1.2e-3", "1e-1", "1e0", "2.25e-5");
  }
}
