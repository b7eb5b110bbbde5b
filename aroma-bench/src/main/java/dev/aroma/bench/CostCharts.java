package dev.aroma.bench;

import dev.aroma.io.JsonConfig;
import dev.aroma.report.Drawing;
import dev.aroma.report.ResultTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Draws what {@link Costs} measured, {@code cost-….png} for each thing that was changed, and prints
 * the same numbers as Markdown.
 *
 * <pre>CostCharts FILE DIRECTORY</pre>
 */
public final class CostCharts {
  private static final int WIDTH = 380; // of a panel
  private static final int HEIGHT = 250;

  /** Examples of MRPC's training set: what an epoch is. */
  private static final int EPOCH = 3668;

  /** A series of {@link CostPoint} in a picture, and what it is called there. */
  private record Curve(String series, String name) {}

  /** What belongs together, with what is along its x axis. */
  private record Picture(String name, String along, List<Curve> curves) {}

  private static final List<Picture> PICTURES =
      List.of(
          new Picture(
              "rank",
              "rank",
              List.of(
                  new Curve("rank", "AROMA, rank so far"), new Curve("lora-rank", "LoRA, rank"))),
          new Picture("modules", "adapted modules", List.of(new Curve("modules", "AROMA"))),
          new Picture("length", "tokens of a sequence", List.of(new Curve("length", "AROMA"))),
          new Picture("batch", "sequences of a batch", List.of(new Curve("batch", "AROMA"))),
          new Picture("layers", "layers", List.of(new Curve("layers", "AROMA"))),
          new Picture(
              "freeze",
              "live modules",
              List.of(
                  new Curve("freeze-lowest", "lowest frozen first"),
                  new Curve("freeze-top", "top frozen first"))));

  private CostCharts() {}

  /** Runs it; see the class. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException("usage: CostCharts FILE DIRECTORY");
    }
    List<JsonConfig> lines = Ratios.lines(arguments[0], Files.readAllLines(Path.of(arguments[0])));
    Path directory = Files.createDirectories(Path.of(arguments[1]));
    for (Picture picture : PICTURES) {
      if (picture.curves().stream().anyMatch(curve -> !of(curve, lines).isEmpty())) {
        Files.write(
            directory.resolve("cost-" + picture.name() + ".png"), drawing(picture, lines).png());
        System.out.println(table(picture, lines).markdown());
      }
    }
  }

  /** The tables of all pictures that there are lines for. */
  static List<ResultTable> tables(List<JsonConfig> lines) {
    return PICTURES.stream()
        .map(picture -> table(picture, lines))
        .filter(table -> !table.rows().isEmpty())
        .toList();
  }

  private static ResultTable table(Picture picture, List<JsonConfig> lines) {
    boolean epoch = picture.name().equals("freeze");
    boolean merges = picture.name().equals("rank");
    ResultTable table =
        new ResultTable(
            "method",
            picture.along(),
            "ms a step",
            epoch ? "s an epoch" : "tokens/s",
            merges ? "ms of the merge before" : "examples/s",
            "GiB");
    for (Curve curve : picture.curves()) {
      for (JsonConfig line : of(curve, lines)) {
        table.row(
            curve.name(),
            "" + line.requireInt("x"),
            text("%.2f", line, "ms"),
            epoch
                ? String.format(Locale.ROOT, "%.2f", seconds(line))
                : text("%.0f", line, "tokens_per_second"),
            merges ? text("%.0f", line, "merge_ms") : text("%.0f", line, "examples_per_second"),
            text("%.2f", line, "memory_gib"));
      }
    }
    return table;
  }

  private static List<JsonConfig> of(Curve curve, List<JsonConfig> lines) {
    return lines.stream()
        .filter(line -> line.optString("series", "").equals(curve.series()))
        .toList();
  }

  private static double seconds(JsonConfig line) {
    return EPOCH / line.requireDouble("examples_per_second");
  }

  private static String text(String format, JsonConfig line, String key) {
    return line.has(key) ? String.format(Locale.ROOT, format, line.requireDouble(key)) : "-";
  }

  private static Drawing drawing(Picture picture, List<JsonConfig> lines) {
    boolean epoch = picture.name().equals("freeze");
    CostPanel time = new CostPanel(picture.along(), epoch ? "seconds an epoch" : "ms a step");
    CostPanel memory = new CostPanel(picture.along(), "memory in GiB");
    for (Curve curve : picture.curves()) {
      List<double[]> times = new ArrayList<>();
      List<double[]> sizes = new ArrayList<>();
      for (JsonConfig line : of(curve, lines)) {
        double x = line.requireInt("x");
        times.add(new double[] {x, epoch ? seconds(line) : line.requireDouble("ms")});
        sizes.add(new double[] {x, line.optDouble("memory_gib", Double.NaN)});
      }
      time.curve(curve.name(), times);
      memory.curve(curve.name(), sizes);
    }
    return new Drawing(
        2 * WIDTH,
        HEIGHT,
        g -> {
          time.draw(g, WIDTH, HEIGHT);
          g.translate(WIDTH, 0);
          memory.draw(g, WIDTH, HEIGHT);
          g.translate(-WIDTH, 0);
        });
  }
}
