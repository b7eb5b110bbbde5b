package dev.aroma.recipe;

import dev.aroma.io.Digests;
import dev.aroma.report.ComparisonPlan;
import dev.aroma.report.PaperTable;
import java.util.List;

/**
 * Methods × seeds × tasks, checked: what {@link ComparisonConfig#resolve} makes of what a person
 * wrote.
 *
 * @param title of the table and the picture
 * @param tasks labels in their order
 * @param methods labels in their order, those left out included
 * @param seeds in their order
 * @param cells the runs, in the order in which they are run: every method once before any method's
 *     second seed
 * @param notes what a reader of the table must know
 * @param paper the paper's table to show beside it, or null
 */
public record Comparison(
    String title,
    List<String> tasks,
    List<String> methods,
    List<Long> seeds,
    List<Cell> cells,
    List<String> notes,
    PaperTable paper) {
  /** Copies the lists. */
  public Comparison {
    tasks = List.copyOf(tasks);
    methods = List.copyOf(methods);
    seeds = List.copyOf(seeds);
    cells = List.copyOf(cells);
    notes = List.copyOf(notes);
  }

  /**
   * What is written of it before the first cell.
   *
   * @param command words of the command line
   * @param ownProcess whether each cell has a memory figure of its own
   */
  ComparisonPlan plan(List<String> command, boolean ownProcess) {
    return new ComparisonPlan(
        title,
        command,
        tasks,
        methods,
        seeds,
        cells.stream().map(Cell::planned).toList(),
        notes,
        paper == null ? null : paper.number(),
        ownProcess);
  }

  /** A directory that the same comparison always gets, and another one never. */
  public String directoryName() {
    StringBuilder all = new StringBuilder();
    cells.forEach(
        cell -> all.append(cell.name()).append('\n').append(Recipes.yaml(cell.options())));
    String what = paper == null ? String.join("-", tasks) : "paper-table-" + paper.number();
    String brief = what.length() > 40 ? tasks.size() + "-tasks" : what;
    return "compare-" + brief + "-" + Digests.sha256(all.toString()).substring(0, 8);
  }
}
