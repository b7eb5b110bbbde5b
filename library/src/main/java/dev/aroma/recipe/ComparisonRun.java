package dev.aroma.recipe;

import dev.aroma.data.TaskOptions;
import dev.aroma.data.Tasks;
import dev.aroma.input.InputException;
import dev.aroma.io.AtomicFile;
import dev.aroma.report.CellResult;
import dev.aroma.report.ComparisonReport;
import dev.aroma.report.Result;
import dev.aroma.report.Stopped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Runs the cells of a comparison that are not done, and writes its tables and picture. */
public final class ComparisonRun {
  /**
   * Who watches.
   *
   * @param messages told what a person should know, a line each
   * @param progress told where the present cell stands, now and then
   * @param stop asked all the time; true ends the present cell and the comparison cleanly
   */
  public record Observer(
      Consumer<String> messages, Consumer<String> progress, BooleanSupplier stop) {}

  /**
   * How it went.
   *
   * @param report of all cells that are done, also in files of {@code directory}
   * @param run cells that were run now
   * @param done cells that were done before
   * @param failed cells that failed
   * @param missing cells that there are not yet: it was stopped
   */
  public record Outcome(
      Path directory, ComparisonReport report, int run, int done, int failed, int missing) {}

  private final Comparison comparison;
  private final Path directory;
  private final CellRunner runner;
  private final List<String> command;
  private final Observer observer;
  private final List<CellResult> results = new ArrayList<>();
  private final Set<String> places = new LinkedHashSet<>();
  private final CellClock clock = new CellClock();
  private int run;
  private int done;

  private ComparisonRun(
      Comparison comparison,
      Path directory,
      CellRunner runner,
      List<String> command,
      Observer observer) {
    this.comparison = comparison;
    this.directory = directory;
    this.runner = runner;
    this.command = command;
    this.observer = observer;
  }

  /**
   * Runs it to the end, or until asked to stop.
   *
   * @param directory of the comparison; cells that are done there are not run again
   * @param command words of the command line, for the report
   * @throws InputException if model, data or directory are wrong, before any cell has run
   */
  public static Outcome run(
      Comparison comparison,
      Path directory,
      CellRunner runner,
      List<String> command,
      Observer observer) {
    return new ComparisonRun(comparison, directory, runner, command, observer).run();
  }

  private Outcome run() {
    requireInputs();
    try (CellStore store = CellStore.open(directory)) {
      store.check(comparison.cells());
      List<Cell> open = new ArrayList<>(comparison.cells());
      open.removeIf(cell -> store.state(cell) == CellStore.State.DONE);
      comparison.cells().stream().filter(cell -> !open.contains(cell)).forEach(c -> keep(c, store));
      done = results.size();
      if (done > 0) {
        observer.messages().accept("%d of %d cells are done already".formatted(done, size()));
      }
      for (int i = 0; i < open.size() && !observer.stop().getAsBoolean(); i++) {
        one(open.get(i), open.subList(i, open.size()), store);
        report().writeTables(directory);
      }
      return end();
    }
  }

  private int size() {
    return comparison.cells().size();
  }

  /** Better told at once than once a cell. */
  private void requireInputs() {
    Set<String> models = new LinkedHashSet<>();
    Set<TaskOptions> tasks = new LinkedHashSet<>();
    for (Cell cell : comparison.cells()) {
      models.add(cell.options().model().path());
      tasks.add(cell.options().task());
    }
    models.forEach(model -> ModelFiles.find(model, observer.messages()));
    tasks.forEach(Tasks::load);
  }

  private void keep(Cell cell, CellStore store) {
    CellResult result = CellFacts.read(cell, store);
    results.add(result);
    places.add(CellFacts.place(cell, store));
    clock.took(cell, result.result().seconds());
  }

  private void one(Cell cell, List<Cell> left, CellStore store) {
    String time = clock.left(left);
    observer
        .messages()
        .accept(
            "cell %d of %d: %s, %s, seed %d%s"
                .formatted(
                    size() - left.size() + 1,
                    size(),
                    cell.task(),
                    cell.method(),
                    cell.seed(),
                    time));
    long began = System.nanoTime();
    Path config = store.prepare(cell);
    Path path = store.path(cell);
    String why = null;
    try {
      runner.run(
          cell.into(path),
          config,
          path.resolve("output.log"),
          observer.progress(),
          observer.stop());
    } catch (CellRunner.CellFailure e) {
      why = e.getMessage();
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(path, e);
    }
    ended(cell, store, why, (System.nanoTime() - began) / 1e9);
  }

  private void ended(Cell cell, CellStore store, String why, double seconds) {
    boolean complete = store.state(cell) == CellStore.State.DONE;
    if (!complete && observer.stop().getAsBoolean()) {
      observer.messages().accept("  stopped; this cell goes on next time");
      return;
    }
    run++;
    if (why != null) {
      store.writeFailure(cell, why);
    }
    if (complete) {
      keep(cell, store);
    } else {
      String reason = why == null ? "it ended without a result" : why;
      results.add(CellResult.failed(cell.task(), cell.method(), cell.seed(), reason));
    }
    clock.took(cell, seconds);
    tell(results.get(results.size() - 1), seconds);
  }

  private void tell(CellResult cell, double seconds) {
    Result result = cell.result();
    String text =
        cell.succeeded() && result.stopped() != Stopped.FAILED
            ? String.format(
                Locale.ROOT,
                "  %s %.2f (best %.2f), %s",
                result.metric(),
                100 * result.score(),
                100 * result.best(),
                CellClock.shown(seconds))
            : "  failed: " + cell.failure().lines().findFirst().orElse("");
    observer.messages().accept(text);
  }

  private ComparisonReport report() {
    List<CellResult> ordered = new ArrayList<>();
    for (String task : comparison.tasks()) {
      for (String method : comparison.methods()) {
        results.stream()
            .filter(cell -> cell.task().equals(task) && cell.method().equals(method))
            .forEach(ordered::add);
      }
    }
    List<String> notes = new ArrayList<>(comparison.notes());
    notes.add(
        runner.ownProcess()
            ? "peak GiB: resident memory of the cell's own process; a GPU's memory is not in it"
            : "peak GiB: of the one process that ran the cells, so an upper bound that never falls"
                + " from cell to cell; a GPU's memory is not in it");
    if (places.size() > 1) {
      notes.add("cells come from different machines or versions: times do not compare");
    }
    return new ComparisonReport(
        comparison.title(),
        command,
        comparison.tasks(),
        comparison.methods(),
        comparison.seeds(),
        ordered,
        notes,
        comparison.paper());
  }

  private Outcome end() {
    ComparisonReport report = report();
    report.writeTables(directory);
    // A JVM that shuts down, as after Ctrl-C, cannot begin to draw.
    boolean drawn = !results.isEmpty() && !observer.stop().getAsBoolean();
    String lack = drawn ? report.writePicture(directory) : null;
    if (lack != null) {
      observer.messages().accept(lack);
    }
    int failed = (int) results.stream().filter(cell -> !cell.succeeded()).count();
    return new Outcome(directory, report, run, done, failed, size() - results.size());
  }
}
