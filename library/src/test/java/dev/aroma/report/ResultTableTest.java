package dev.aroma.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ResultTableTest {
  private final ResultTable table =
      new ResultTable("method", "score", "note")
          .row("aroma", "85.7 ± 0.3", null)
          .row("full|tune", 9, "two\nlines");

  @Test
  void textIsAlignedNumbersToTheRight() {
    assertThat(table.text())
        .isEqualTo(
            """
            method          score  note
            ---------  ----------  ---------
            aroma      85.7 ± 0.3
            full|tune           9  two lines
            """);
  }

  @Test
  void markdownIsAlignedAndEscaped() {
    assertThat(table.markdown())
        .isEqualTo(
            """
            | method     |      score | note      |
            | ---------- | ---------: | --------- |
            | aroma      | 85.7 ± 0.3 |           |
            | full\\|tune |          9 | two lines |
            """);
  }

  @Test
  void tableWithoutRowsIsItsHeadings() {
    assertThat(new ResultTable("a", "b").text()).isEqualTo("a  b\n-  -\n");
    assertThat(new ResultTable("a", "b").markdown()).isEqualTo("| a   | b   |\n| --- | --- |\n");
  }

  @Test
  void missingNumbersKeepTheirColumnRight() {
    assertThat(new ResultTable("n").row("-").row(100).row("–").text())
        .isEqualTo("  n\n---\n  -\n100\n  –\n");
  }

  @Test
  void rowMustFit() {
    assertThatThrownBy(() -> table.row("one")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void widthCountsCharactersNotUnits() {
    assertThat(ResultTable.pad("🙂", 3, true)).isEqualTo("  🙂");
  }
}
