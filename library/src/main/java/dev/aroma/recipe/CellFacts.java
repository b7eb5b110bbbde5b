package dev.aroma.recipe;

import dev.aroma.report.CellResult;
import dev.aroma.report.Event;
import dev.aroma.report.Manifest;
import dev.aroma.report.Result;
import dev.aroma.report.RunDirectory;
import dev.aroma.report.Stopped;
import dev.aroma.train.TrainOptions;
import java.util.List;

/** What a finished cell's directory says. */
final class CellFacts {
  private CellFacts() {}

  static CellResult read(Cell cell, CellStore store) {
    RunDirectory run = RunDirectory.open(store.path(cell));
    Result result = run.readResult();
    double pace = secondsPerStep(run.readMetrics());
    int examples = examples(run.readMetrics());
    double epoch = pace * stepsPerEpoch(examples, cell.options().train());
    boolean failed = result.stopped() == Stopped.FAILED;
    return new CellResult(
        cell.task(),
        cell.method(),
        cell.options().train().learningRate(),
        cell.seed(),
        result,
        epoch,
        examples / epoch,
        run.readManifest().peakMemoryBytes(),
        failed ? store.failure(cell) : null);
  }

  /** What the times of a cell depend on besides its options. */
  static String place(Cell cell, CellStore store) {
    Manifest manifest = RunDirectory.open(store.path(cell)).readManifest();
    return manifest.versions() + " on " + manifest.machine();
  }

  static int stepsPerEpoch(int examples, TrainOptions train) {
    int batches = (examples + train.batchSize() - 1) / train.batchSize();
    return (batches + train.accumulate() - 1) / train.accumulate();
  }

  private static int examples(List<Event> events) {
    return events.stream()
        .filter(Event.Start.class::isInstance)
        .mapToInt(event -> ((Event.Start) event).examples())
        .findFirst()
        .orElse(0);
  }

  /**
   * From the first step's end to the last one's, evaluations taken out; NaN for fewer than two
   * steps.
   */
  static double secondsPerStep(List<Event> events) {
    double first = Double.NaN;
    double last = Double.NaN;
    double before = Double.NaN;
    double evaluating = 0;
    double pending = 0;
    int steps = 0;
    for (Event event : events) {
      if (event instanceof Event.Step step) {
        first = steps == 0 ? step.seconds() : first;
        pending = steps == 0 ? 0 : pending;
        evaluating += pending;
        pending = 0;
        last = step.seconds();
        before = last;
        steps++;
      } else if (event instanceof Event.Eval eval) {
        pending += Double.isNaN(before) ? 0 : eval.seconds() - before;
        before = eval.seconds();
      } else if (event instanceof Event.Ranks ranks) {
        pending += Double.isNaN(before) ? 0 : ranks.seconds() - before;
        before = ranks.seconds();
      } else if (event instanceof Event.Merge merge) {
        before = merge.seconds();
      } else if (event instanceof Event.Freeze freeze) {
        before = freeze.seconds();
      }
    }
    return steps < 2 ? Double.NaN : (last - first - evaluating) / (steps - 1);
  }
}
