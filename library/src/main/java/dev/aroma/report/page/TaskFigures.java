package dev.aroma.report.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.aroma.input.InputException;
import dev.aroma.report.CellResult;
import dev.aroma.report.ComparisonReport;
import dev.aroma.report.ComparisonTable;
import dev.aroma.report.Event;
import dev.aroma.report.Measure;
import dev.aroma.report.RunDirectory;
import dev.aroma.report.ScoreText;
import dev.aroma.report.Spread;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The figures of one task of a comparison. A method has one colour in all of them. */
final class TaskFigures {
  private static final String STEP = "optimiser step";

  /** Buckets that the curves of all cells share, so that many cells make no large page. */
  private static final int BUCKETS = 5000;

  private static final int WINDOWS = 40;

  private final String task;
  private final ComparisonReport report;
  private final List<CellResult> cells;
  private final ComparisonTable table;
  private final Map<CellResult, History> histories = new LinkedHashMap<>();

  TaskFigures(
      String task,
      ComparisonReport report,
      List<CellResult> cells,
      Function<CellResult, Path> runs) {
    this.task = task;
    this.report = report;
    this.cells = cells;
    this.table = report.table();
    cells.stream().filter(CellResult::succeeded).forEach(cell -> read(cell, runs.apply(cell)));
  }

  private void read(CellResult cell, Path run) {
    try {
      histories.put(cell, History.of(RunDirectory.open(run).readMetrics()));
    } catch (InputException e) {
      // Its log is gone or damaged; the result is still in the tables.
      histories.remove(cell);
    }
  }

  /** Cards of the figures, whose data go into {@code figures}. */
  String html(ObjectNode figures) {
    String metric = metric();
    String score = ScoreText.isLoss(metric) ? "Loss" : "Score";
    StringBuilder html = new StringBuilder();
    card(html, figures, "scores", score + " of each method", scoreNote(score), scores(metric));
    card(
        html,
        figures,
        "parameters",
        score + " against parameters",
        "Adapter parameters trained at once, mean over the run. Dashed: no adapter, the head alone.",
        parameters(metric));
    card(
        html,
        figures,
        "curves",
        "Dev " + metric + " over the steps",
        "A curve is a run.",
        curves());
    card(
        html,
        figures,
        "losses",
        "Training loss over the steps",
        "A curve is a run, smoothed over a fortieth of its steps.",
        losses());
    return html.toString();
  }

  private void card(
      StringBuilder html,
      ObjectNode figures,
      String name,
      String heading,
      String note,
      Figure figure) {
    if (!figure.isEmpty()) {
      String id = name + " " + task;
      figures.set(id, figure.json());
      html.append(Html.card(heading + ", " + task, note, Html.canvas(id, heading)));
    }
  }

  private String metric() {
    return table.rows().stream()
        .filter(row -> row.task().equals(task) && row.metric() != null)
        .map(ComparisonTable.Row::metric)
        .findFirst()
        .orElse("score");
  }

  private String scoreNote(String score) {
    return "Final %s%s"
        .formatted(
            score.toLowerCase(Locale.ROOT),
            report.seeds().size() == 1
                ? ", one seed: nothing is known about the spread."
                : ": mean and sample standard deviation; small: each seed.");
  }

  private Figure scores(String metric) {
    Figure figure = new Figure(ScoreText.axis(metric), "method").rows(report.methods());
    for (int i = 0; i < report.methods().size(); i++) {
      String method = report.methods().get(i);
      int row = i;
      double[] each =
          cells.stream()
              .filter(cell -> cell.method().equals(method))
              .mapToDouble(Measure.FINAL::of)
              .filter(Double::isFinite)
              .map(score -> ScoreText.scaled(metric, score))
              .toArray();
      if (each.length > 0) {
        double[] rows = Arrays.stream(each).map(score -> row).toArray();
        figure.add(Figure.Kind.SMALL, method, i, new Curve(each, rows)).unnamed();
        Spread spread = Spread.of(each);
        figure.add(Figure.Kind.MEAN, method, i, spread.mean(), row);
        figure.deviation("x", spread.deviation());
      }
    }
    return figure;
  }

  private Figure parameters(String metric) {
    Figure figure = new Figure("adapter parameters", ScoreText.axis(metric)).logarithmic();
    double[] all =
        table.rows().stream()
            .filter(row -> row.task().equals(task))
            .mapToDouble(row -> row.get(Measure.ADAPTER_MEAN).mean())
            .filter(parameters -> parameters > 0)
            .toArray();
    double left = Arrays.stream(all).min().orElse(1) / 2;
    double right = Arrays.stream(all).max().orElse(100) * 2;
    for (int i = 0; i < report.methods().size(); i++) {
      ComparisonTable.Row row = table.row(task, report.methods().get(i));
      if (row == null || row.get(Measure.FINAL).count() == 0) {
        continue;
      }
      Spread score = row.get(Measure.FINAL);
      double mean = ScoreText.scaled(metric, score.mean());
      double parameters = row.get(Measure.ADAPTER_MEAN).mean();
      if (parameters > 0) {
        figure.add(Figure.Kind.MEAN, row.method(), i, parameters, mean);
        figure.deviation("y", ScoreText.scaled(metric, score.deviation()));
      } else {
        double[] ends = {left, right};
        figure.add(Figure.Kind.LEVEL, row.method(), i, new Curve(ends, new double[] {mean, mean}));
      }
    }
    return figure;
  }

  private Figure curves() {
    String metric = metric();
    Figure figure = new Figure(STEP, ScoreText.axis(metric));
    Set<String> named = new HashSet<>();
    histories.forEach(
        (cell, history) -> {
          Curve scores = history.scores().get(metric);
          if (scores != null) {
            double[] y = Arrays.stream(scores.y()).map(s -> ScoreText.scaled(metric, s)).toArray();
            add(figure, named, Figure.Kind.DOTS, cell, new Curve(scores.x(), y));
          }
        });
    return figure;
  }

  private Figure losses() {
    Figure figure = new Figure(STEP, "loss").fromZero();
    Set<String> named = new HashSet<>();
    int buckets = Math.max(10, Math.min(100, BUCKETS / Math.max(1, report.cells().size())));
    histories.forEach(
        (cell, history) -> {
          Curve loss = history.curve(Event.Step::loss);
          if (loss.size() > 0) {
            Curve smooth = loss.mean(Math.max(1, loss.size() / WINDOWS));
            add(figure, named, Figure.Kind.LINE, cell, smooth.thinned(buckets));
          }
        });
    return figure;
  }

  /** The legend has a method once. */
  private void add(
      Figure figure, Set<String> named, Figure.Kind kind, CellResult cell, Curve curve) {
    figure.add(kind, cell.method(), report.methods().indexOf(cell.method()), curve);
    figure.tips(List.of("seed " + cell.seed()));
    if (!named.add(cell.method())) {
      figure.unnamed();
    }
  }
}
