package dev.aroma.recipe;

import dev.aroma.peft.Outcome;
import dev.aroma.report.Event;
import dev.aroma.report.MetricsLog;
import dev.aroma.report.Stopped;
import dev.aroma.report.tensorboard.TensorBoardLog;
import dev.aroma.train.Training;
import dev.aroma.train.TrainingListener;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Writes what happens in a run to {@code metrics.jsonl}, and for TensorBoard if asked. */
final class RunLog implements TrainingListener, AutoCloseable {
  /** Before any were told. */
  static final AdapterRanks NONE = new AdapterRanks(Map.of(), Map.of());

  private final MetricsLog log;
  private final TensorBoardLog view;
  private final long began = System.nanoTime();
  private final double secondsBefore;
  private final Supplier<AdapterRanks> ranks;
  private AdapterRanks told;

  /**
   * A log that goes on.
   *
   * @param view the same for TensorBoard, or null
   * @param secondsBefore of training before it does
   * @param ranks asked at the beginning, after decisions, and at evaluations
   * @param told those that the log holds last, {@link #NONE} if it has none
   */
  RunLog(
      MetricsLog log,
      TensorBoardLog view,
      double secondsBefore,
      Supplier<AdapterRanks> ranks,
      AdapterRanks told) {
    this.log = log;
    this.view = view;
    this.secondsBefore = secondsBefore;
    this.ranks = ranks;
    this.told = told;
  }

  /** The ranks that a log holds last. */
  static AdapterRanks lastOf(List<Event> events) {
    AdapterRanks last = NONE;
    for (Event event : events) {
      if (event instanceof Event.Ranks ranks) {
        last = new AdapterRanks(ranks.ranks(), ranks.effectiveRanks());
      }
    }
    return last;
  }

  /** The first event; where a run goes on, its ranks were told before, and are not restored yet. */
  void began(Event.Start start) {
    write(start);
    if (start.step() == 0) {
      tellRanks(0);
    }
  }

  private void tellRanks(int step) {
    AdapterRanks now = ranks.get();
    if (!now.equals(told)) {
      write(new Event.Ranks(step, seconds(), now.ranks(), now.effective()));
      told = now;
    }
  }

  private void write(Event event) {
    log.write(event);
    if (view != null) {
      view.write(event);
    }
  }

  private double seconds() {
    return secondsBefore + (System.nanoTime() - began) / 1e9;
  }

  @Override
  public void stepped(Step s) {
    write(
        new Event.Step(
            s.step(),
            seconds() - s.secondsAgo(),
            s.loss(),
            s.learningRate(),
            s.tokensPerSecond(),
            s.liveModules(),
            s.totalRank(),
            s.liveParameters()));
  }

  @Override
  public void happened(Outcome.Event e, int cycle) {
    double now = seconds();
    write(
        switch (e.kind()) {
          case INNER_CONVERGED ->
              new Event.InnerConverged(e.step(), now, cycle, e.module(), e.value());
          case MERGE -> new Event.Merge(e.step(), now, cycle, e.module(), e.rank(), e.value());
          case FREEZE -> new Event.Freeze(e.step(), now, cycle, e.module(), e.rank(), e.value());
        });
  }

  @Override
  public void decided(int step, int liveModules, int totalRank) {
    tellRanks(step);
  }

  @Override
  public void evaluated(int step, String metric, Map<String, Double> scores, double best) {
    tellRanks(step);
    write(new Event.Eval(step, seconds(), metric, scores.get(metric), scores));
  }

  @Override
  public void checkpointing(int step) {
    log.force();
  }

  /** If this line is lost, whoever goes on from the checkpoint writes it again. */
  @Override
  public void checkpointed(int step, Path checkpoint) {
    write(checkpoint(step, seconds(), checkpoint));
  }

  /** Its path is the one in the run's directory. */
  static Event.Checkpoint checkpoint(int step, double seconds, Path checkpoint) {
    Path directory = checkpoint.getParent().getFileName();
    return new Event.Checkpoint(step, seconds, directory + "/" + checkpoint.getFileName());
  }

  @Override
  public void close() {
    if (view != null) {
      view.close();
    }
    log.close();
  }

  void ended(Training training) {
    write(new Event.End(training.steps(), seconds(), stopped(training.end())));
  }

  static Stopped stopped(Training.End end) {
    return switch (end) {
      case CONVERGED -> Stopped.CONVERGED;
      case MAX_STEPS -> Stopped.MAX_STEPS;
      case EPOCHS -> Stopped.EPOCHS;
      case INTERRUPTED -> Stopped.INTERRUPTED;
      case FAILED -> Stopped.FAILED;
    };
  }
}
