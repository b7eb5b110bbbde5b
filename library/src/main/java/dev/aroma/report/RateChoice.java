package dev.aroma.report;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A method on a task with each of the learning rates that were tried, and the one that is shown for
 * it.
 *
 * <p>The one with the best mean final score over seeds is chosen. It is a score of the dev set, and
 * the one that is reported, so it flatters. A rate at which seeds failed or have not run yet comes
 * after one with more of them.
 */
public final class RateChoice {
  private static final Comparator<ComparisonTable.Row> BEST_FIRST =
      Comparator.<ComparisonTable.Row>comparingInt(row -> -row.get(Measure.FINAL).count())
          .thenComparing(row -> (row.isLoss() ? 1 : -1) * row.get(Measure.FINAL).mean());

  private final List<ComparisonTable.Row> tried;

  private RateChoice(List<ComparisonTable.Row> tried) {
    this.tried = tried;
  }

  /**
   * Gathers the cells of one method on one task.
   *
   * @param seeds how many cells a rate is to have
   */
  static RateChoice of(List<CellResult> cells, int seeds) {
    Map<Double, List<CellResult>> byRate = new LinkedHashMap<>();
    for (CellResult cell : cells) {
      byRate.computeIfAbsent(cell.learningRate(), absent -> new ArrayList<>()).add(cell);
    }
    return new RateChoice(
        byRate.values().stream()
            .map(each -> ComparisonTable.Row.of(each, seeds, byRate.size()))
            .toList());
  }

  /** A row a learning rate, in the order in which they were tried. */
  public List<ComparisonTable.Row> tried() {
    return tried;
  }

  /** The row that stands for the method; of equals the first. */
  public ComparisonTable.Row chosen() {
    return tried.stream().sorted(BEST_FIRST).findFirst().orElseThrow();
  }

  /** 5e-4. */
  static String shown(double rate) {
    DecimalFormatSymbols symbols = DecimalFormatSymbols.getInstance(Locale.ROOT);
    return new DecimalFormat("0.###E0", symbols).format(rate).replace('E', 'e');
  }
}
