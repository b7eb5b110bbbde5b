package dev.aroma.train;

import dev.aroma.data.Batch;
import dev.aroma.data.BatchSource;
import dev.aroma.input.InputException;
import dev.aroma.model.Transformer;
import dev.aroma.nn.State;
import dev.aroma.peft.Outcome;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Engine;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** The training loop: batches in, updates and the method's decisions out. */
public final class Trainer {
  /** Steps between copies of the trained parameters that a failed run falls back to. */
  private static final int GOOD_INTERVAL = 10;

  private final Transformer model;
  private final Tuner tuner;
  private final BatchStream batches;
  private final Evaluation evaluation;
  private final TrainOptions options;
  private final TrainingListener listener;
  private final BooleanSupplier stop;
  private final int total;
  private final Rates rates;
  private final Counters now = new Counters();
  private final Updates updates;
  private final Gradients gradients;
  private final Readings readings;
  private final RunState state;
  private Checkpoints checkpoints = Checkpoints.NONE;
  private boolean begun; // else there is nothing to rescue
  private String failure;

  /**
   * A run, not yet begun.
   *
   * @param objective of the model, on its device
   * @param evaluation of the model
   * @param total most steps of the run, as {@link #totalSteps} says
   * @param stop asked between steps; true ends the run cleanly
   */
  public Trainer(
      Transformer model,
      Tuner tuner,
      BatchSource train,
      Objective objective,
      Evaluation evaluation,
      TrainOptions options,
      int total,
      Device device,
      List<TrainingListener> listeners,
      BooleanSupplier stop) {
    this.model = model;
    this.tuner = tuner;
    this.batches = new BatchStream(train, options);
    this.evaluation = evaluation;
    this.options = options;
    this.listener = new Listeners(listeners);
    this.stop = stop;
    this.total = total;
    this.rates = new Rates(options, total, !tuner.groups().isEmpty());
    this.updates = new Updates(model, tuner, options, rates, device);
    this.gradients = objective.gradients(tuner, listener::said);
    this.readings = new Readings(device == Device.CUDA ? GOOD_INTERVAL : 1, device);
    this.state = new RunState(now, batches, rates, tuner, updates);
  }

  /** Most optimiser steps of a run over a training set of so many examples. */
  public static int totalSteps(int examples, TrainOptions options) {
    return options.totalSteps(BatchStream.perEpoch(examples, options));
  }

  /** {@link #run(Runnable, Checkpoints)} without checkpoints. */
  public Training run(Runnable save) {
    return run(save, Checkpoints.NONE);
  }

  /**
   * Trains to the end and scores what is delivered.
   *
   * @param save called when training is over and before the last evaluation, so that nobody who
   *     waits no longer loses what was trained; called too before an exception that ends the
   *     training leaves here, if a step was taken before or since a checkpoint
   * @param where checkpoints go, and the one that the run goes on from, if there is one
   * @throws InputException if that one is of another run
   */
  public Training run(Runnable save, Checkpoints where) {
    checkpoints = where;
    model.train(true);
    Training.End end;
    try {
      end = loop();
    } catch (RuntimeException e) {
      rescue(save, e);
      throw e;
    }
    model.train(false);
    save.run();
    Evaluation last = evaluation.delivered();
    Map<String, Double> scores = evaluate(last);
    return new Training(
        now.step,
        end,
        failure,
        now.seconds(),
        batches.examples(),
        last.metric(),
        scores,
        now.best,
        now.liveInitial,
        now.liveSum / Math.max(1, now.step),
        now.live,
        updates.headCount());
  }

  private Training.End loop() {
    try (Updates own = updates; // closed last: the others may look at what it updates
        Gradients passes = gradients;
        Readings read = readings) {
      begin();
      Training.End end = over();
      if (end == null && now.evaluated < now.step) {
        evaluateIfDue(); // stopped before it could be
      }
      while (end == null) {
        now.live = tuner.liveParameters();
        now.liveInitial = now.liveInitial == 0 ? now.live : now.liveInitial;
        end = advance();
      }
      tell(tuner.finish(now.step));
      return end;
    }
  }

  /** At the first step, or where the checkpoint was written. */
  private void begin() {
    State start = checkpoints.start();
    if (start == null) {
      updates.begin();
    } else {
      state.restore(start);
    }
    updates.remember();
    begun = true;
  }

  /** A full disk under the log, say, must not cost what was trained. Nobody is told any more. */
  private void rescue(Runnable save, RuntimeException cause) {
    model.train(false);
    if (!begun || now.step == 0) {
      return; // nothing was trained, or a checkpoint could not be read: what was saved stays
    }
    try {
      tuner.finish(now.step);
      save.run();
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  /** One optimiser step; returns why the run ends with it, or null. */
  private Training.End advance() {
    Engine.seed(options.seed(), now.step);
    tuner.beforeStep(now.step);
    try (Scope scope = Scope.open()) {
      TrainingListener.Step step = accumulate();
      readings.step(updates.clip(), step);
    }
    List<TrainingListener.Step> read = List.of();
    if (readings.full()) {
      read = readings.read();
      if (failed(read)) {
        return Training.End.FAILED;
      }
      if (now.step % GOOD_INTERVAL == 0 || read.size() > 1) {
        updates.remember(); // these values gave a finite loss and gradient
      }
    }
    updates.apply(now.step);
    now.step++;
    now.liveSum += now.live;
    tell(read);
    return decide();
  }

  /** Gradients of the batches of a step; returns all that is known of it without waiting. */
  private TrainingListener.Step accumulate() {
    double rate = rates.adapter(now.step);
    long tokens = 0;
    int count = batches.forOneStep();
    for (int i = 0; i < count; i++) {
      Batch batch = batches.next();
      try (Scope scope = Scope.open()) {
        long seed = Rng.at(Rng.at(options.seed(), now.step), i);
        readings.loss(gradients.add(batch, count, seed), 1.0 / count);
      }
      tokens += batch.tokens();
    }
    return new TrainingListener.Step(
        now.step + 1,
        total,
        Double.NaN,
        Double.NaN,
        rate,
        tokens,
        Double.NaN,
        Double.NaN,
        tuner.liveModules(),
        rank(),
        tuner.liveParameters());
  }

  /** What follows from a step. */
  private Training.End decide() {
    boolean stopped = stop.getAsBoolean();
    if (tuner.decides(now.step) || checkpoints.due(now.step) || evaluationDue() || ends(stopped)) {
      List<TrainingListener.Step> read = readings.read();
      if (failed(read)) {
        return Training.End.FAILED;
      }
      tell(read);
    }
    Outcome outcome = tuner.afterStep(now.step);
    now.finished = outcome.finished();
    tell(outcome);
    updates.zeroGradients();
    if (outcome.restart()) {
      updates.restart(outcome, now.step);
      gradients.changed();
    }
    Training.End end = over();
    if (end == null && stopped) {
      end = Training.End.INTERRUPTED;
    }
    if (end == null) {
      evaluateIfDue();
    }
    if (end != null || outcome.restart() || checkpoints.due(now.step)) {
      checkpoint();
    }
    return end;
  }

  private boolean ends(boolean stopped) {
    return stopped || now.step >= total;
  }

  /** Why the run is over after the steps so far, or null. */
  private Training.End over() {
    if (now.step >= total) {
      boolean byCount = options.maxSteps() != null && options.maxSteps() <= total;
      return byCount ? Training.End.MAX_STEPS : Training.End.EPOCHS;
    }
    return now.finished ? Training.End.CONVERGED : null;
  }

  private void evaluateIfDue() {
    if (evaluationDue()) {
      evaluate(evaluation);
    }
  }

  private boolean evaluationDue() {
    return options.evalEvery() > 0 && now.step % options.evalEvery() == 0;
  }

  /** Writes all that the next step depends on. Without room for it the run goes on. */
  private void checkpoint() {
    if (checkpoints == Checkpoints.NONE) {
      return;
    }
    try (Scope scope = Scope.open()) {
      listener.checkpointing(now.step);
      checkpoints.write(now.step, state.save());
    } catch (InputException e) {
      listener.notCheckpointed(now.step, e);
      return;
    } finally {
      readings.resume();
    }
    listener.checkpointed(now.step, checkpoints.path(now.step));
  }

  /** Whether one of these steps gave no finite numbers: what was trained goes back to before it. */
  private boolean failed(List<TrainingListener.Step> steps) {
    for (TrainingListener.Step step : steps) {
      failure = step.failure();
      if (failure != null) {
        now.step = step.step() - 1;
        updates.recall();
        return true;
      }
    }
    return false;
  }

  private int rank() {
    return tuner.ranks().values().stream().mapToInt(Integer::intValue).sum();
  }

  private void tell(List<TrainingListener.Step> steps) {
    steps.forEach(listener::stepped);
  }

  private void tell(Outcome outcome) {
    for (Outcome.Event event : outcome.events()) {
      listener.happened(event, rates.cycle());
    }
    if (!outcome.events().isEmpty()) {
      listener.decided(now.step, tuner.liveModules(), rank());
    }
  }

  private Map<String, Double> evaluate(Evaluation by) {
    Map<String, Double> scores = by.score();
    now.evaluated = now.step;
    now.best = best(by, scores.get(by.metric()));
    listener.evaluated(now.step, by.metric(), scores, now.best);
    readings.resume();
    return scores;
  }

  /** Scores of another kind than those so far do not compare with them. */
  private double best(Evaluation by, double score) {
    boolean comparable = by.metric().equals(evaluation.metric()) && !Double.isInfinite(now.best);
    if (!comparable) {
      return score;
    }
    return by.higherIsBetter() ? Math.max(now.best, score) : Math.min(now.best, score);
  }
}
