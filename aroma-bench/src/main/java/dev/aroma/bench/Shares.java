package dev.aroma.bench;

import dev.aroma.io.JsonConfig;
import dev.aroma.report.ResultTable;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What each measurement of ours or PEFT's was, and how far it is from what its arithmetic needs at
 * the rate at which the machine multiplies square matrices.
 */
final class Shares {
  private Shares() {}

  /** A row a line, in their order. The rate is the best that any line at its precision has. */
  static ResultTable table(List<JsonConfig> lines) {
    Map<String, Double> rates = new HashMap<>();
    for (JsonConfig line : lines) {
      rates.merge(machine(line), line.optDouble("matmul_gflops", 0), Math::max);
    }
    ResultTable table =
        new ResultTable(
            "shape",
            "batch",
            "on",
            "who",
            "method",
            "ms a step",
            "examples/s",
            "tokens/s",
            "GiB",
            "s to first step",
            "TFLOP",
            "ms at least",
            "share");
    lines.forEach(line -> row(table, line, rates.get(machine(line))));
    return table;
  }

  private static String machine(JsonConfig line) {
    return line.requireString("device") + " " + line.requireString("precision");
  }

  private static void row(ResultTable table, JsonConfig line, double gigaflops) {
    double flops = StepFlops.of(line);
    double least = gigaflops > 0 ? flops / gigaflops / 1e6 : Double.NaN; // milliseconds
    double millis = line.requireDouble("ms");
    table.row(
        line.requireString("shape"),
        Ratios.batch(line),
        Ratios.circumstances(line),
        line.requireString("who"),
        Ratios.variant(line),
        text("%.1f", millis),
        text("%.0f", line.optDouble("examples_per_second", Double.NaN)),
        text("%.0f", line.optDouble("tokens_per_second", Double.NaN)),
        text("%.2f", line.optDouble("memory_gib", Double.NaN)),
        text("%.1f", line.optDouble("first_step_s", Double.NaN)),
        text("%.3f", flops / 1e12),
        text("%.1f", least),
        text("%.2f", least / millis));
  }

  private static String text(String format, double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "-";
  }
}
