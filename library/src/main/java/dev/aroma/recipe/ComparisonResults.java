package dev.aroma.recipe;

import dev.aroma.report.CellResult;
import dev.aroma.report.ComparisonPlan;
import dev.aroma.report.ComparisonReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What came of the cells of a comparison so far. */
final class ComparisonResults {
  private final ComparisonPlan plan;
  private final List<String> notes;
  private final List<CellResult> results = new ArrayList<>();
  private final Set<String> places = new LinkedHashSet<>();
  private final IdentityHashMap<CellResult, Path> paths = new IdentityHashMap<>();

  ComparisonResults(ComparisonPlan plan) {
    this.plan = plan;
    this.notes = new ArrayList<>(plan.notes());
    notes.add(
        plan.ownProcess()
            ? "peak GiB: resident memory of the cell's own process; a GPU's memory is not in it"
            : "peak GiB: of the one process that ran the cells, so an upper bound that never falls"
                + " from cell to cell; a GPU's memory is not in it");
  }

  /** Adds what a reader must know. */
  void note(String note) {
    notes.add(note);
  }

  /**
   * Adds a cell that ran to its end.
   *
   * @param path where its run is
   * @param place what its times depend on besides its options
   */
  void add(CellResult result, Path path, String place) {
    results.add(result);
    paths.put(result, path);
    places.add(place);
  }

  /** Adds a cell that left nothing, and returns what stands for it. */
  CellResult addFailed(Cell cell, Path path, String why) {
    double rate = cell.options().train().learningRate();
    CellResult result = CellResult.failed(cell.task(), cell.method(), rate, cell.seed(), why);
    results.add(result);
    paths.put(result, path);
    return result;
  }

  /** Where the run is, or was to be, that a result is of. */
  Path path(CellResult result) {
    return paths.get(result);
  }

  /** Cells that ended, well or not. */
  int count() {
    return results.size();
  }

  /** Cells that failed. */
  int failed() {
    return (int) results.stream().filter(cell -> !cell.succeeded()).count();
  }

  /** All of it in the order of tasks and methods, with what a reader must know. */
  ComparisonReport report() {
    List<CellResult> ordered = new ArrayList<>();
    for (String task : plan.tasks()) {
      for (String method : plan.methods()) {
        results.stream()
            .filter(cell -> cell.task().equals(task) && cell.method().equals(method))
            .forEach(ordered::add);
      }
    }
    List<String> all = new ArrayList<>(notes);
    if (places.size() > 1) {
      all.add("cells come from different machines or versions: times do not compare");
    }
    return new ComparisonReport(
        plan.title(),
        plan.command(),
        plan.tasks(),
        plan.methods(),
        plan.seeds(),
        plan.cells().size(),
        ordered,
        all,
        plan.paper());
  }
}
