package dev.aroma.recipe;

import dev.aroma.peft.Outcome;
import dev.aroma.report.Event;
import dev.aroma.report.MetricsLog;
import dev.aroma.report.Stopped;
import dev.aroma.train.Training;
import dev.aroma.train.TrainingListener;
import java.nio.file.Path;
import java.util.Map;

/** Writes what happens in a run to {@code metrics.jsonl}. */
final class RunLog implements TrainingListener, AutoCloseable {
  private final MetricsLog log;
  private final long began = System.nanoTime();
  private final double secondsBefore;
  private double before;

  /**
   * A log that goes on.
   *
   * @param secondsBefore of training before it does
   */
  RunLog(MetricsLog log, double secondsBefore) {
    this.log = log;
    this.secondsBefore = secondsBefore;
    this.before = secondsBefore;
  }

  private double seconds() {
    return secondsBefore + (System.nanoTime() - began) / 1e9;
  }

  @Override
  public void stepped(Step s) {
    double now = seconds();
    double pace = now > before ? s.tokens() / (now - before) : 0;
    before = now;
    log.write(
        new Event.Step(
            s.step(),
            now,
            s.loss(),
            s.learningRate(),
            pace,
            s.liveModules(),
            s.totalRank(),
            s.liveParameters()));
  }

  @Override
  public void happened(Outcome.Event e, int cycle) {
    double now = seconds();
    log.write(
        switch (e.kind()) {
          case INNER_CONVERGED ->
              new Event.InnerConverged(e.step(), now, cycle, e.module(), e.value());
          case MERGE -> new Event.Merge(e.step(), now, cycle, e.module(), e.rank(), e.value());
          case FREEZE -> new Event.Freeze(e.step(), now, cycle, e.module(), e.rank(), e.value());
        });
  }

  @Override
  public void evaluated(int step, String metric, Map<String, Double> scores, double best) {
    log.write(new Event.Eval(step, seconds(), metric, scores.get(metric), scores));
    before = seconds();
  }

  @Override
  public void checkpointed(int step, Path checkpoint) {
    log.write(checkpoint(step, seconds(), checkpoint));
    log.force();
    before = seconds();
  }

  /** Its path is the one in the run's directory. */
  static Event.Checkpoint checkpoint(int step, double seconds, Path checkpoint) {
    Path directory = checkpoint.getParent().getFileName();
    return new Event.Checkpoint(step, seconds, directory + "/" + checkpoint.getFileName());
  }

  void write(Event event) {
    log.write(event);
  }

  @Override
  public void close() {
    log.close();
  }

  void ended(Training training) {
    log.write(new Event.End(training.steps(), seconds(), stopped(training.end())));
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
