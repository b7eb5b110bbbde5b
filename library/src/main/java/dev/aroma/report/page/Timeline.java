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
    this.figure = new Figure("optimiser step", "module");
    figure.rows(map.orderedNames());
  }

  /** The figure; without a point where nothing was merged or frozen. */
  static Figure of(List<Event> events, RankMap map) {
    Timeline timeline = new Timeline(map);
    timeline.add(Figure.Kind.BAND, "in training", 2, timeline.lives(events));
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

  /** From the first step that trains an adapter to the module's last. */
  private Points lives(List<Event> events) {
    int first = -1;
    int last = 0;
    Map<String, Integer> ends = new LinkedHashMap<>();
    for (Event event : events) {
      if (event instanceof Event.Step step && step.liveModules() > 0) {
        first = first < 0 ? step.step() - 1 : first;
        last = step.step();
      } else if (event instanceof Event.Merge || event instanceof Event.Freeze) {
        String module =
            event instanceof Event.Merge m ? m.module() : ((Event.Freeze) event).module();
        ends.put(module, event instanceof Event.Freeze ? event.step() : Integer.MAX_VALUE);
      }
    }
    Points lives = new Points();
    for (Map.Entry<String, Integer> end : ends.entrySet()) {
      double row = row(end.getKey());
      lives.add(Math.max(0, first), row, "");
      lives.add(Math.min(last, end.getValue()), row, "");
      lives.add(last, Double.NaN, ""); // a gap
    }
    return lives;
  }

  private double row(String module) {
    return rows.getOrDefault(module, -1);
  }

  private void add(Figure.Kind kind, String name, int colour, Points points) {
    if (!points.x.isEmpty()) {
      figure.add(kind, name, colour, points.curve());
      if (kind != Figure.Kind.BAND) {
        figure.tips(points.tips);
      }
    }
  }

  private static String told(int rank, double ratio) {
    return "rank " + rank + ", " + number("ρ", ratio);
  }

  private static String number(String name, double value) {
    return String.format(Locale.ROOT, "%s %.2g", name, value);
  }
}
