package dev.aroma.recipe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How long cells took, and so how long the others may. */
final class CellClock {
  private final Map<List<String>, List<Double>> seconds = new LinkedHashMap<>();

  void took(Cell cell, double time) {
    seconds.computeIfAbsent(kind(cell), absent -> new ArrayList<>()).add(time);
  }

  private static List<String> kind(Cell cell) {
    return List.of(cell.task(), cell.method());
  }

  /** The time that these may take, as a clause; nothing while none has ended. */
  String left(List<Cell> cells) {
    if (seconds.isEmpty()) {
      return "";
    }
    double all = mean(seconds.values().stream().flatMap(List::stream).toList());
    double sum =
        cells.stream()
            .mapToDouble(c -> seconds.containsKey(kind(c)) ? mean(seconds.get(kind(c))) : all)
            .sum();
    return " (about " + shown(sum) + " left)";
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  /** 45 s, 12 min, 3.4 h. */
  static String shown(double time) {
    if (time < 90) {
      return String.format(Locale.ROOT, "%.0f s", time);
    }
    return time < 5400
        ? String.format(Locale.ROOT, "%.0f min", time / 60)
        : String.format(Locale.ROOT, "%.1f h", time / 3600);
  }
}
