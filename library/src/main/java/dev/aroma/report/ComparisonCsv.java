package dev.aroma.report;

import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A comparison for programs: comma-separated, unrounded, empty where there is no value. */
final class ComparisonCsv {
  private ComparisonCsv() {}

  /** A line a task and method: mean and standard deviation of every measure. */
  static String rows(ComparisonTable table) {
    Stream<String> measures =
        Arrays.stream(Measure.values()).flatMap(m -> Stream.of(m.key() + "_mean", m.key() + "_sd"));
    StringJoiner text = new StringJoiner("\n", "", "\n");
    text.add(
        "task,method,metric,learning_rate,rates_tried,seeds,failed,"
            + measures.collect(Collectors.joining(",")));
    for (ComparisonTable.Row row : table.rows()) {
      StringJoiner line = new StringJoiner(",");
      line.add(row.task()).add(row.method()).add(row.metric() == null ? "" : row.metric());
      line.add(number(row.learningRate())).add(String.valueOf(row.rates()));
      line.add(String.valueOf(row.get(Measure.FINAL).count())).add(String.valueOf(row.failed()));
      for (Measure measure : Measure.values()) {
        line.add(number(row.get(measure).mean())).add(number(row.get(measure).deviation()));
      }
      text.add(line.toString());
    }
    return text.toString();
  }

  /** A line a cell. */
  static String cells(List<CellResult> cells) {
    StringJoiner text = new StringJoiner("\n", "", "\n");
    String measures =
        Arrays.stream(Measure.values()).map(Measure::key).collect(Collectors.joining(","));
    text.add("task,method,learning_rate,seed,metric,steps,stopped," + measures + ",failure");
    for (CellResult cell : cells) {
      Result result = cell.result();
      StringJoiner line = new StringJoiner(",");
      line.add(cell.task()).add(cell.method()).add(number(cell.learningRate()));
      line.add(String.valueOf(cell.seed()));
      line.add(result == null ? "" : result.metric());
      line.add(result == null ? "" : String.valueOf(result.steps()));
      line.add(result == null ? "" : result.stopped().word());
      for (Measure measure : Measure.values()) {
        line.add(number(measure.of(cell)));
      }
      line.add(cell.succeeded() ? "" : quoted(cell.failure()));
      text.add(line.toString());
    }
    return text.toString();
  }

  private static String number(double value) {
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
    return Double.isNaN(value) ? "" : whole ? String.valueOf((long) value) : String.valueOf(value);
  }

  private static String quoted(String text) {
    return '"' + text.replaceAll("\\s+", " ").replace("\"", "\"\"") + '"';
  }
}
