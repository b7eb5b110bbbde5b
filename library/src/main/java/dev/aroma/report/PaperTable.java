package dev.aroma.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A table of the AROMA paper, its figures beside ours.
 *
 * @param number of the table in the paper
 * @param caption what it shows
 * @param measures by {@link Measure#key}; figures are in the unit that tables show
 * @param scores names of scores that are shown after the measures, a column each, times 100
 * @param figures by method, then task: one number a measure or score
 */
public record PaperTable(
    int number,
    String caption,
    List<String> measures,
    List<String> scores,
    Map<String, Map<String, List<Double>>> figures) {

  private static final String FILE = "/dev/aroma/report/paper-figures.json";

  /**
   * The file of all figures.
   *
   * @param source where they stand
   * @param note what must be known about them
   */
  private record Figures(String source, String note, List<PaperTable> tables) {}

  /** The table of this number, if there is one. */
  public static Optional<PaperTable> of(int number) {
    return read().tables().stream().filter(table -> table.number == number).findFirst();
  }

  /** Where all figures stand. */
  public static String source() {
    return read().source();
  }

  /** Why the paper's scores are no target. */
  public static String note() {
    return read().note();
  }

  private static Figures read() {
    try (InputStream in = PaperTable.class.getResourceAsStream(FILE)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Json.read(text, Figures.class, FILE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read our own " + FILE, e);
    }
  }

  /**
   * Two lines a method, ours and the paper's; a column a task and measure or score, and the mean:
   * where there is one measure and more than one task over the tasks, of scores over these.
   *
   * @param ours what was measured so far
   * @param methods labels in their order, those that this build lacks included
   * @param tasks in their order
   */
  public ResultTable beside(ComparisonTable ours, List<String> methods, List<String> tasks) {
    boolean mean = measures.isEmpty() || (measures.size() == 1 && tasks.size() > 1);
    Measure unit = measures.isEmpty() ? Measure.FINAL : known().get(0);
    List<String> heads = new ArrayList<>(List.of("method", "whose"));
    for (String task : tasks) {
      known().forEach(m -> heads.add(measures.size() == 1 ? task : task + " " + m.heading()));
      scores.forEach(score -> heads.add(score.substring(score.indexOf('.') + 1)));
    }
    if (mean) {
      heads.add("mean");
    }
    ResultTable table = new ResultTable(heads.toArray(String[]::new));
    for (String method : methods) {
      table.row(line(method, "ours", cells(ours, method, tasks), mean, unit));
      table.row(line("", "paper", paper(method, tasks), mean, null));
    }
    return table;
  }

  private List<Measure> known() {
    return measures.stream()
        .map(key -> Arrays.stream(Measure.values()).filter(m -> m.key().equals(key)).findFirst())
        .map(Optional::orElseThrow)
        .toList();
  }

  private record Shown(String text, double value) {}

  private List<Shown> cells(ComparisonTable ours, String method, List<String> tasks) {
    List<Shown> cells = new ArrayList<>();
    for (String task : tasks) {
      ComparisonTable.Row row = ours.row(task, method);
      for (Measure measure : known()) {
        Spread spread = row == null ? Spread.of() : row.get(measure);
        cells.add(new Shown(measure.shown(spread), spread.mean()));
      }
      for (String score : scores) {
        Spread spread = row == null ? Spread.of() : row.scores().getOrDefault(score, Spread.of());
        cells.add(new Shown(Measure.FINAL.shown(spread), spread.mean()));
      }
    }
    return cells;
  }

  private List<Shown> paper(String method, List<String> tasks) {
    List<Shown> cells = new ArrayList<>();
    for (String task : tasks) {
      List<Double> found = figures.getOrDefault(method, Map.of()).get(task);
      for (int i = 0; i < measures.size() + scores.size(); i++) {
        double value = found == null ? Double.NaN : found.get(i);
        cells.add(new Shown(plain(value), value));
      }
    }
    return cells;
  }

  /**
   * @param measure in whose unit ours is shown; null for the paper's, which is in that unit already
   */
  private static Object[] line(
      String method, String whose, List<Shown> cells, boolean mean, Measure measure) {
    List<Object> line = new ArrayList<>(List.of(method, whose));
    cells.forEach(cell -> line.add(cell.text()));
    if (mean) {
      double sum = cells.stream().mapToDouble(Shown::value).sum(); // NaN if one is missing
      double value = sum / cells.size();
      line.add(measure == null ? plain(value) : measure.shown(value));
    }
    return line.toArray();
  }

  private static String plain(double value) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%,.2f", value);
  }
}
