package dev.aroma.recipe;

import dev.aroma.train.TrainOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the methods of a task should have alike for a fair comparison: steps, batches, tries. */
final class Budgets {
  private final Map<String, Map<String, Set<String>>> rates = new LinkedHashMap<>();
  private final Map<String, Map<String, Set<String>>> methods = new LinkedHashMap<>();

  private Budgets() {}

  /** A note on each task whose methods do not share one budget. */
  static List<String> notes(List<Cell> cells) {
    Budgets budgets = new Budgets();
    cells.forEach(
        cell -> put(budgets.rates, cell.task(), cell.method(), String.valueOf(cell.rate())));
    cells.forEach(cell -> put(budgets.methods, cell.task(), budgets.budget(cell), cell.method()));
    List<String> notes = new ArrayList<>();
    budgets.methods.forEach(
        (task, groups) -> {
          if (groups.size() > 1) {
            List<String> parts = new ArrayList<>();
            groups.forEach((budget, who) -> parts.add(String.join(", ", who) + ": " + budget));
            notes.add("not one budget on " + task + ": " + String.join("; ", parts));
          }
        });
    return notes;
  }

  private static void put(
      Map<String, Map<String, Set<String>>> map, String outer, String inner, String value) {
    map.computeIfAbsent(outer, absent -> new LinkedHashMap<>())
        .computeIfAbsent(inner, absent -> new LinkedHashSet<>())
        .add(value);
  }

  private String budget(Cell cell) {
    TrainOptions train = cell.options().train();
    String budget =
        "max-steps %s, epochs %s, batch-size %d, accumulate %d, max-length %d"
            .formatted(
                train.maxSteps() == null ? "-" : train.maxSteps(),
                train.epochs() == null ? "-" : train.epochs(),
                train.batchSize(),
                train.accumulate(),
                cell.options().task().maxLength());
    Map<String, Set<String>> tried = rates.get(cell.task());
    boolean choice = tried.values().stream().anyMatch(each -> each.size() > 1);
    return choice ? budget + ", learning rates " + tried.get(cell.method()).size() : budget;
  }
}
