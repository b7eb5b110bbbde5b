package dev.aroma.report.page;

import dev.aroma.report.Event;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** When each module merged a component and when it was frozen: modules down, steps across. */
final class Timeline {
  private final Map<String, Integer> rows = new LinkedHashMap<>();
  private final Figure figure;

  /** The points of one series. */
  private static final class Points {
    private final List<Double> x = new ArrayList<>();
    private final List<Double> y = new ArrayList<>();
    private final List<String> tips = new ArrayList<>();

    private void add(double step, double row, String tip) {
      x.add(step);
      y.add(row);
      tips.add(tip);
    }

    private Curve curve() {
      return new Curve(
          x.stream().mapToDouble(v -> v).toArray(), y.stream().mapToDouble(v -> v).toArray());
    }
  }

  private Timeline(RankMap map) {
    map.ordered().forEach(module -> rows.put(module, rows.size()));
    this.figure = new Figure("optimiser step", "module (layer and matrix)");
    figure.rows(map.orderedNames());
  }

  /** The figure; without a point where nothing was merged or frozen. */
  static Figure of(List<Event> events, RankMap map) {
    Timeline timeline = new Timeline(map);
    Points inner = new Points();
    Points merged = new Points();
    Points frozen = new Points();
    for (Event event : events) {
      if (event instanceof Event.InnerConverged e) {
        inner.add(e.step(), timeline.row(e.module()), number("change", e.change()));
      } else if (event instanceof Event.Merge e) {
        merged.add(e.step(), timeline.row(e.module()), told(e.rank(), e.ratio()));
      } else if (event instanceof Event.Freeze e) {
        frozen.add(e.step(), timeline.row(e.module()), told(e.rank(), e.ratio()));
      }
    }
    timeline.add(Figure.Kind.SMALL, "component converged", 5, inner);
    timeline.add(Figure.Kind.POINTS, "merged", 1, merged);
    timeline.add(Figure.Kind.CROSSES, "frozen", 0, frozen);
    return timeline.figure;
  }

  private double row(String module) {
    return rows.getOrDefault(module, -1);
  }

  private void add(Figure.Kind kind, String name, int colour, Points points) {
    if (!points.x.isEmpty()) {
      figure.add(kind, name, colour, points.curve()).tips(points.tips);
    }
  }

  private static String told(int rank, double ratio) {
    return "rank " + rank + ", " + number("ρ", ratio);
  }

  private static String number(String name, double value) {
    return String.format(Locale.ROOT, "%s %.2g", name, value);
  }
}
