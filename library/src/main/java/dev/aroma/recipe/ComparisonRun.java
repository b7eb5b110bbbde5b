package dev.aroma.recipe;

import dev.aroma.data.TaskOptions;
import dev.aroma.data.Tasks;
import dev.aroma.input.InputException;
import dev.aroma.io.AtomicFile;
import dev.aroma.report.CellResult;
import dev.aroma.report.ComparisonPlan;
import dev.aroma.report.ComparisonReport;
import dev.aroma.report.Result;
import dev.aroma.report.ScoreText;
import dev.aroma.report.page.ComparisonPage;
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
  private final ComparisonPlan plan;
  private final Path directory;
  private final CellRunner runner;
  private final Observer observer;
  private final ComparisonResults results;
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
    this.observer = observer;
    this.plan = comparison.plan(command, runner.ownProcess());
    this.results = new ComparisonResults(plan);
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
      plan.write(directory);
      List<Cell> open = new ArrayList<>(comparison.cells());
      open.removeIf(cell -> store.state(cell) == CellStore.State.DONE);
      for (Cell cell : comparison.cells()) {
        if (!open.contains(cell)) {
          clock.took(cell, keep(cell, store).result().seconds());
        }
      }
      done = results.count();
      if (done > 0) {
        observer.messages().accept("%d of %d cells are done already".formatted(done, size()));
      }
      for (int i = 0; i < open.size() && !observer.stop().getAsBoolean(); i++) {
        one(open.get(i), open.subList(i, open.size()), store);
        results.report().writeTables(directory);
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
    tasks.forEach(ComparisonRun::requireData);
  }

  private static void requireData(TaskOptions task) {
    if (Tasks.writes(task.name())) {
      InstructionWorkload.task(task);
    } else {
      Tasks.load(task);
    }
  }

  private CellResult keep(Cell cell, CellStore store) {
    CellResult result = CellFacts.read(cell, store);
    results.add(result, store.path(cell), CellFacts.place(cell, store));
    return result;
  }

  private void one(Cell cell, List<Cell> left, CellStore store) {
    int number = size() - left.size() + 1;
    String about = "cell %d of %d: %s%s".formatted(number, size(), cell.shown(), clock.left(left));
    observer.messages().accept(about);
    long began = System.nanoTime();
    Path config = store.prepare(cell);
    RunOptions options = cell.into(store.path(cell));
    String why = null;
    try {
      runner.run(options, config, store.log(cell), observer.progress(), observer.stop());
    } catch (CellRunner.CellFailure e) {
      why = e.getMessage();
    } catch (IOException e) {
      throw AtomicFile.cannotWrite(store.log(cell), e);
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
    clock.took(cell, seconds);
    String reason = why == null ? "it ended without a result" : why;
    tell(complete ? keep(cell, store) : results.addFailed(cell, store.path(cell), reason), seconds);
  }

  private void tell(CellResult cell, double seconds) {
    Result result = cell.result();
    String text =
        cell.succeeded()
            ? String.format(
                Locale.ROOT,
                "  %s %s (%s %s), %s",
                result.metric(),
                ScoreText.shown(result.metric(), result.score()),
                ScoreText.best(result.metric()),
                ScoreText.shown(result.metric(), result.best()),
                CellClock.shown(seconds))
            : "  failed: " + cell.failure().lines().findFirst().orElse("");
    observer.messages().accept(text);
  }

  private Outcome end() {
    ComparisonReport report = results.report();
    report.writeTables(directory);
    ReportFile.attempt(
        ComparisonPage.file(directory),
        () -> ComparisonPage.write(report, ComparisonPage.file(directory), results::path),
        observer.messages(),
        "aroma report tries again");
    // A JVM that shuts down, as after Ctrl-C, cannot begin to draw.
    boolean drawn = results.count() > 0 && !observer.stop().getAsBoolean();
    String lack = drawn ? report.writePicture(directory) : null;
    if (lack != null) {
      observer.messages().accept(lack);
    }
    int missing = size() - results.count();
    return new Outcome(directory, report, run, done, results.failed(), missing);
  }
}
