package dev.aroma.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The cells of a comparison, gathered over seeds: one row a task and method, at the learning rate
 * that {@link RateChoice} gives it.
 */
public final class ComparisonTable {
  /** Shown with their spread; of the rest a table has the mean. */
  private static final List<Measure> SCORES = List.of(Measure.FINAL, Measure.BEST);

  private static final List<Measure> SHOWN =
      Arrays.stream(Measure.values()).filter(measure -> measure != Measure.MEAN_RANK).toList();

  /**
   * A row.
   *
   * @param metric name of the deciding score; null where every cell failed
   * @param learningRate of its cells
   * @param rates how many learning rates the method was tried with, of which this is one
   * @param failed cells that failed
   * @param planned cells that there will be, failed and missing ones included
   * @param scores all scores by name, such as {@code accuracy.boolq}
   */
  public record Row(
      String task,
      String method,
      String metric,
      double learningRate,
      int rates,
      int failed,
      int planned,
      Map<Measure, Spread> measures,
      Map<String, Spread> scores) {
    static Row of(List<CellResult> cells, int seeds, int rates) {
      Map<Measure, Spread> measures = new LinkedHashMap<>();
      for (Measure measure : Measure.values()) {
        measures.put(measure, Spread.of(cells.stream().mapToDouble(measure::of).toArray()));
      }
      String metric =
          cells.stream()
              .filter(CellResult::succeeded)
              .map(cell -> cell.result().metric())
              .findFirst()
              .orElse(null);
      int failed = (int) cells.stream().filter(cell -> !cell.succeeded()).count();
      CellResult any = cells.get(0);
      double rate = any.learningRate();
      return new Row(
          any.task(),
          any.method(),
          metric,
          rate,
          rates,
          failed,
          seeds,
          measures,
          ComparisonTable.scores(cells));
    }

    /** Whether less of the deciding score is better. */
    boolean isLoss() {
      return ScoreText.isLoss(metric);
    }

    /** One of its numbers. */
    public Spread get(Measure measure) {
      return measures.get(measure);
    }

    private String shownRate() {
      String rate = RateChoice.shown(learningRate);
      return rates == 1 ? rate : rate + " of " + rates;
    }

    private String shownSeeds() {
      int done = get(Measure.FINAL).count();
      String of = done == planned ? String.valueOf(done) : done + " of " + planned;
      return failed == 0 ? of : of + ", " + failed + " failed";
    }
  }

  private final List<RateChoice> choices;
  private final List<Row> rows;

  private ComparisonTable(List<RateChoice> choices) {
    this.choices = choices;
    this.rows = choices.stream().map(RateChoice::chosen).toList();
  }

  /**
   * Gathers cells, in the order in which their tasks and methods first come. Of several learning
   * rates of a method the best has the row.
   *
   * @param seeds how many cells a row is to have
   */
  public static ComparisonTable of(List<CellResult> cells, int seeds) {
    Map<List<String>, List<CellResult>> groups = new LinkedHashMap<>();
    for (CellResult cell : cells) {
      List<String> key = List.of(cell.task(), cell.method());
      groups.computeIfAbsent(key, absent -> new ArrayList<>()).add(cell);
    }
    return new ComparisonTable(
        groups.values().stream().map(group -> RateChoice.of(group, seeds)).toList());
  }

  /** All rows. */
  public List<Row> rows() {
    return rows;
  }

  /** The row of a task and method, or null. */
  public Row row(String task, String method) {
    return rows.stream()
        .filter(row -> row.task().equals(task) && row.method().equals(method))
        .findFirst()
        .orElse(null);
  }

  private static Map<String, Spread> scores(List<CellResult> cells) {
    Map<String, List<Double>> found = new LinkedHashMap<>();
    cells.stream()
        .filter(cell -> cell.succeeded() && cell.result() != null)
        .flatMap(cell -> cell.result().metrics().entrySet().stream())
        .forEach(
            score ->
                found
                    .computeIfAbsent(score.getKey(), absent -> new ArrayList<>())
                    .add(score.getValue()));
    Map<String, Spread> spreads = new LinkedHashMap<>();
    found.forEach(
        (name, values) ->
            spreads.put(name, Spread.of(values.stream().mapToDouble(v -> v).toArray())));
    return spreads;
  }

  /** For a person: scores but losses times 100, memory in GiB, en dashes for what there is not. */
  public ResultTable table() {
    List<String> heads = new ArrayList<>(List.of("task", "method", "metric", "lr", "seeds"));
    SHOWN.forEach(measure -> heads.add(measure.heading()));
    ResultTable table = new ResultTable(heads.toArray(String[]::new));
    for (Row row : rows) {
      List<Object> line = new ArrayList<>(List.of(row.task(), row.method()));
      line.add(row.metric() == null ? "–" : row.metric());
      line.add(row.shownRate());
      line.add(row.shownSeeds());
      SHOWN.forEach(measure -> line.add(shown(measure, row)));
      table.row(line.toArray());
    }
    return table;
  }

  private static String shown(Measure measure, Row row) {
    Spread spread = row.get(measure);
    return SCORES.contains(measure)
        ? ScoreText.shown(row.metric(), spread)
        : measure.shown(spread.mean());
  }

  /** Whether some method had more than one learning rate to choose from. */
  public boolean choice() {
    return rows.stream().anyMatch(row -> row.rates() > 1);
  }

  /** Every learning rate that was tried, a star at the chosen one. */
  public ResultTable rates() {
    ResultTable table = new ResultTable("task", "method", "lr", "chosen", "seeds", "final", "best");
    for (RateChoice choice : choices) {
      for (Row row : choice.tried()) {
        table.row(
            row.task(),
            row.method(),
            RateChoice.shown(row.learningRate()),
            row.equals(choice.chosen()) ? "*" : "",
            row.shownSeeds(),
            shown(Measure.FINAL, row),
            shown(Measure.BEST, row));
      }
    }
    return table;
  }
}
