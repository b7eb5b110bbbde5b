package dev.aroma.bench;

import dev.aroma.report.Event;
import dev.aroma.report.ResultTable;
import dev.aroma.report.RunDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Score, total rank and live parameters by step, each the mean over runs that differ in their seed,
 * as a Markdown table: the curves of docs/results.md.
 *
 * <pre>Curves EVERY RUN_DIRECTORY...</pre>
 *
 * <p>A run that ended early (converged) counts with its last values from there on.
 */
public final class Curves {
  private Curves() {}

  /** Prints the table; the first argument is the distance of its rows in steps. */
  public static void main(String[] args) {
    int every = Integer.parseInt(args[0]);
    List<List<Event>> runs = new ArrayList<>();
    for (int i = 1; i < args.length; i++) {
      runs.add(RunDirectory.open(Path.of(args[i])).readMetrics());
    }
    System.out.print(table(runs, every).markdown());
  }

  static ResultTable table(List<List<Event>> runs, int every) {
    ResultTable table = new ResultTable("step", "score", "total rank", "live parameters");
    TreeSet<Integer> steps = new TreeSet<>();
    runs.forEach(run -> run.stream().map(Event::step).filter(s -> s > 0).forEach(steps::add));
    int last = steps.isEmpty() ? 0 : steps.last();
    for (int step = every; step < last + every; step += every) {
      int at = Math.min(step, last);
      table.row(
          String.valueOf(at),
          mean(runs, at, "%.4f", e -> e instanceof Event.Eval v ? v.score() : null),
          mean(runs, at, "%.0f", e -> e instanceof Event.Step s ? (double) s.totalRank() : null),
          mean(
              runs,
              at,
              "%,.0f",
              e -> e instanceof Event.Step s ? (double) s.liveParameters() : null));
    }
    return table;
  }

  /** Mean over the runs of the last value until a step. */
  private static String mean(
      List<List<Event>> runs, int step, String format, Function<Event, Double> value) {
    OptionalDouble mean = runs.stream().mapToDouble(run -> lastValue(run, step, value)).average();
    return mean.isEmpty() || Double.isNaN(mean.getAsDouble())
        ? "-"
        : String.format(Locale.ROOT, format, mean.getAsDouble());
  }

  private static double lastValue(List<Event> run, int step, Function<Event, Double> value) {
    double last = Double.NaN;
    for (Event event : run) {
      Double found = event.step() <= step ? value.apply(event) : null;
      last = found == null ? last : found;
    }
    return last;
  }
}
