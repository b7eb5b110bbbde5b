package dev.aroma.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A small table with aligned columns, as text or Markdown; columns of numbers align right. */
public final class ResultTable {
  private static final Pattern NUMBER = Pattern.compile("[-+]?\\.?\\d.*|[-–—·]?");

  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  /** A table with these columns and no row. */
  public ResultTable(String... headings) {
    this.headings = List.of(headings);
  }

  /**
   * Adds a row.
   *
   * @param cells one a column; null is an empty cell
   */
  public ResultTable row(Object... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(
          "Expected %d cells, found %d".formatted(headings.size(), cells.length));
    }
    rows.add(Arrays.stream(cells).map(cell -> cell == null ? "" : oneLine(cell)).toList());
    return this;
  }

  private static String oneLine(Object cell) {
    return cell.toString().replaceAll("\\s+", " ");
  }

  /** For a terminal: columns two spaces apart, a rule of dashes under the headings. */
  public String text() {
    int[] widths = widths(headings, rows);
    List<String> lines = new ArrayList<>();
    lines.add(line(headings, widths, "  "));
    lines.add(Arrays.stream(widths).mapToObj("-"::repeat).collect(Collectors.joining("  ")));
    rows.forEach(row -> lines.add(line(row, widths, "  ")));
    return lines.stream().map(line -> line.stripTrailing() + "\n").collect(Collectors.joining());
  }

  /** For a page, readable as it is too. */
  public String markdown() {
    List<String> heads = escaped(headings);
    List<List<String>> body = rows.stream().map(ResultTable::escaped).toList();
    int[] widths = widths(heads, body);
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(3, widths[i]);
    }
    String rule =
        IntStream.range(0, widths.length)
            .mapToObj(i -> "-".repeat(widths[i] - 1) + (isNumeric(i) ? ":" : "-"))
            .collect(Collectors.joining(" | "));
    List<String> lines = new ArrayList<>(List.of(line(heads, widths, " | "), rule));
    body.forEach(row -> lines.add(line(row, widths, " | ")));
    return lines.stream().map(line -> "| " + line + " |\n").collect(Collectors.joining());
  }

  private static List<String> escaped(List<String> cells) {
    return cells.stream().map(cell -> cell.replace("|", "\\|")).toList();
  }

  private String line(List<String> cells, int[] widths, String between) {
    return IntStream.range(0, widths.length)
        .mapToObj(i -> pad(cells.get(i), widths[i], isNumeric(i)))
        .collect(Collectors.joining(between));
  }

  /** The headings of the columns. */
  public List<String> headings() {
    return headings;
  }

  /** The rows, a cell a column. */
  public List<List<String>> rows() {
    return Collections.unmodifiableList(rows);
  }

  /** Whether a column holds numbers, or nothing. */
  public boolean isNumeric(int column) {
    return !rows.isEmpty()
        && rows.stream().allMatch(row -> NUMBER.matcher(row.get(column)).matches());
  }

  private static int[] widths(List<String> headings, List<List<String>> rows) {
    List<List<String>> all = new ArrayList<>(rows);
    all.add(headings);
    return IntStream.range(0, headings.size())
        .map(i -> Collections.max(all.stream().map(row -> width(row.get(i))).toList()))
        .toArray();
  }

  static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  /** {@code text} filled with spaces to {@code width}. */
  static String pad(String text, int width, boolean right) {
    String spaces = " ".repeat(Math.max(0, width - width(text)));
    return right ? spaces + text : text + spaces;
  }
}
