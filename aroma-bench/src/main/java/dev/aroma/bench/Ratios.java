package dev.aroma.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aroma.io.JsonConfig;
import dev.aroma.report.ResultTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Compares what {@link Steps} and {@link LlamaSteps} measured with what {@code steps_peft.py} and
 * {@code llama_peft.py} did.
 *
 * <pre>Ratios FILE...</pre>
 *
 * <p>Files hold lines of JSON, among other lines, which are passed over. For each of ours there is
 * a row beside each of theirs at the same shape, batch, length, data, device and precision, and of
 * the same method where theirs has it; ratios are ours over theirs, so that below 1 is better for
 * milliseconds and memory, above 1 for tokens per second. What has no partner stands alone. A
 * second table ({@link Shares}) has each line with what its arithmetic needs. Printed as text and
 * Markdown.
 */
public final class Ratios {
  private static final String NONE = "-";

  /** What must be equal for two lines to be compared; a key that a line lacks is of any value. */
  private static final List<String> SAME =
      List.of("shape", "batch", "length", "data", "device", "precision", "recompute", "loss_on");

  /** What tells variants of one method apart. */
  private static final List<String> VARIANT =
      List.of("weights", "adapters", "autocast", "recorded");

  private Ratios() {}

  /** Prints both tables. */
  public static void main(String[] files) throws IOException {
    if (files.length == 0) {
      throw new IllegalArgumentException("usage: Ratios FILE...");
    }
    List<JsonConfig> lines = new ArrayList<>();
    for (String file : files) {
      lines.addAll(lines(file, Files.readAllLines(Path.of(file))));
    }
    print(lines);
  }

  /** Prints what lines say side by side, and each with what its arithmetic needs. */
  static void print(List<JsonConfig> lines) {
    for (ResultTable table : List.of(table(lines), Shares.table(lines))) {
      System.out.print(table.text() + "\n" + table.markdown() + "\n");
    }
  }

  /**
   * Those of some lines that are measurements.
   *
   * @param source what to call them in messages
   */
  static List<JsonConfig> lines(String source, List<String> lines) {
    List<JsonConfig> found = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith("{\"who\"")) {
        found.add(JsonConfig.parse(source + ":" + (i + 1), lines.get(i)));
      }
    }
    return found;
  }

  /** A row for each pair, in the order of the lines. */
  static ResultTable table(List<JsonConfig> lines) {
    ResultTable table =
        new ResultTable(
            "shape",
            "batch",
            "on",
            "ours",
            "theirs",
            "ms",
            "theirs ms",
            "ratio",
            "tokens/s",
            "theirs tokens/s",
            "ratio of tokens/s",
            "GiB",
            "theirs GiB",
            "ratio of GiB");
    Map<Boolean, List<JsonConfig>> sides =
        lines.stream().collect(Collectors.partitioningBy(Ratios::ours));
    for (JsonConfig our : sides.get(true)) {
      List<JsonConfig> partners =
          sides.get(false).stream().filter(t -> comparable(our, t)).toList();
      partners.forEach(their -> row(table, our, their));
      if (partners.isEmpty()) {
        row(table, our, null);
      }
    }
    sides.get(false).stream()
        .filter(their -> sides.get(true).stream().noneMatch(our -> comparable(our, their)))
        .forEach(their -> row(table, null, their));
    return table;
  }

  private static boolean ours(JsonConfig line) {
    return line.requireString("who").equals("aroma");
  }

  /** AROMA, which they do not have, is compared with all of theirs. */
  private static boolean comparable(JsonConfig one, JsonConfig other) {
    String method = value(one, "method");
    boolean alike =
        method.equals("aroma")
            || (method.equals(value(other, "method"))
                && (!method.equals("lora") || value(one, "rank").equals(value(other, "rank"))));
    return alike && sameWork(one, other);
  }

  private static boolean sameWork(JsonConfig one, JsonConfig other) {
    return SAME.stream()
        .allMatch(
            key ->
                !one.has(key)
                    || !other.has(key)
                    || Objects.equals(value(one, key), value(other, key)));
  }

  private static String value(JsonConfig line, String key) {
    JsonNode node = line.json().get(key);
    return node == null || node.isNull() ? "" : node.asText();
  }

  private static void row(ResultTable table, JsonConfig our, JsonConfig their) {
    JsonConfig any = our == null ? their : our;
    List<String> cells = new ArrayList<>();
    cells.add(value(any, "shape"));
    cells.add(batch(any));
    cells.add(circumstances(any));
    cells.add(our == null ? NONE : variant(our));
    cells.add(their == null ? NONE : variant(their));
    compare(cells, our, their, "ms", "%.1f");
    compare(cells, our, their, "tokens_per_second", "%.0f");
    compare(cells, our, their, "memory_gib", "%.2f");
    table.row(cells.toArray());
  }

  /** Sequences and tokens of each. */
  static String batch(JsonConfig line) {
    return value(line, "batch") + "×" + value(line, "length");
  }

  /** Device, precision, and what else is not as usual. */
  static String circumstances(JsonConfig line) {
    StringBuilder text = new StringBuilder(value(line, "device"));
    text.append(' ').append(value(line, "precision"));
    text.append(value(line, "data").equals("mrpc") ? ", mrpc" : "");
    text.append(value(line, "recompute").equals("true") ? ", recompute" : "");
    text.append(value(line, "loss_on").equals("answer") ? ", answers" : "");
    return text.toString();
  }

  /** The method with its rank, and how it ran where that can differ. */
  static String variant(JsonConfig line) {
    String rank = value(line, "rank");
    String how =
        VARIANT.stream()
            .filter(line::has)
            .map(key -> key + " " + value(line, key))
            .filter(text -> !text.equals("recorded true") && !text.equals("autocast false"))
            .collect(Collectors.joining(", "));
    return value(line, "method")
        + (rank.isEmpty() ? "" : " r=" + rank)
        + (how.isEmpty() ? "" : " (" + how + ")");
  }

  private static void compare(
      List<String> cells, JsonConfig our, JsonConfig their, String key, String format) {
    double first = number(our, key);
    double second = number(their, key);
    cells.add(text(first, format));
    cells.add(text(second, format));
    cells.add(text(first / second, "%.2f"));
  }

  private static double number(JsonConfig line, String key) {
    return line == null ? Double.NaN : line.optDouble(key, Double.NaN);
  }

  private static String text(double value, String format) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : NONE;
  }
}
