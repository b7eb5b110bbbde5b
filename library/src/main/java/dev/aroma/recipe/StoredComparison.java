package dev.aroma.recipe;

import dev.aroma.input.InputException;
import dev.aroma.report.ComparisonPlan;
import dev.aroma.report.page.ComparisonPage;
import java.nio.file.Path;

/** A comparison on disk, finished or not: its report from its files, without running anything. */
public final class StoredComparison {
  private final ComparisonPlan plan;
  private final CellStore store;
  private final ComparisonResults results;

  private StoredComparison(Path directory) {
    this.plan = ComparisonPlan.read(directory);
    this.store = CellStore.reading(directory);
    this.results = new ComparisonResults(plan);
  }

  /** Whether a directory holds one. */
  public static boolean isIn(Path directory) {
    return ComparisonPlan.isIn(directory);
  }

  /**
   * Writes its page: all cells that ended, well or not.
   *
   * @param file where the page goes; null for {@code report.html} in the comparison's directory
   * @return where it went
   * @throws InputException if the plan of the comparison is damaged, or the page cannot be written
   */
  public static Path writePage(Path directory, Path file) {
    StoredComparison stored = new StoredComparison(directory);
    stored.plan.cells().forEach(stored::read);
    Path page = file == null ? ComparisonPage.file(directory) : file;
    ComparisonPage.write(stored.results.report(), page, stored.results::path);
    return page;
  }

  private void read(ComparisonPlan.Planned planned) {
    try {
      store.asked(planned).ifPresent(this::read);
    } catch (InputException e) {
      String why = e.getMessage().lines().findFirst().orElse("");
      results.note("%s cannot be read: %s".formatted(planned.name(), why));
    }
  }

  private void read(Cell cell) {
    if (store.state(cell) == CellStore.State.DONE) {
      results.add(CellFacts.read(cell, store), store.path(cell), CellFacts.place(cell, store));
    } else if (store.hasFailed(cell)) {
      results.addFailed(cell, store.path(cell), store.failure(cell));
    }
  }
}
