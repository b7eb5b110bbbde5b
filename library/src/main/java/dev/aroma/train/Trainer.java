package dev.aroma.train;

import dev.aroma.data.Batch;
import dev.aroma.data.BatchSource;
import dev.aroma.input.InputException;
import dev.aroma.model.Transformer;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.ParameterGroup;
import dev.aroma.nn.State;
import dev.aroma.optim.AdamW;
import dev.aroma.peft.Outcome;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Engine;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
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
  private final Device device;
  private final List<TrainingListener> listeners;
  private final BooleanSupplier stop;
  private final ParameterGroup head;
  private final int total;
  private final Rates rates;
  private final Counters now = new Counters();
  private final Gradients gradients;
  private final Readings readings;
  private final RunState state;
  private Checkpoints checkpoints = Checkpoints.NONE;
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
    this.device = device;
    this.listeners = List.copyOf(listeners);
    this.stop = stop;
    this.total = total;
    this.head = head();
    this.rates = new Rates(options, total, !tuner.groups().isEmpty());
    this.gradients =
        objective.gradients(tuner, text -> this.listeners.forEach(one -> one.said(text)));
    this.readings = new Readings(device == Device.CUDA ? GOOD_INTERVAL : 1, device);
    this.state = new RunState(now, batches, rates, tuner);
  }

  /** Most optimiser steps of a run over a training set of so many examples. */
  public static int totalSteps(int examples, TrainOptions options) {
    return options.totalSteps(BatchStream.perEpoch(examples, options));
  }

  private ParameterGroup head() {
    List<Parameter> parameters =
        model.parameters().entrySet().stream()
            .filter(entry -> model.inHead(entry.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    return new ParameterGroup(Rates.HEAD, parameters, options.headRate(), options.weightDecay());
  }

  private List<ParameterGroup> groups() {
    List<ParameterGroup> groups = new ArrayList<>(List.of(head));
    groups.addAll(tuner.groups());
    return groups;
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
   *     training leaves here, if a step was taken
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
        head.count());
  }

  private Training.End loop() {
    try (AdamW adam = optimiser();
        Gradients own = gradients;
        Readings read = readings) {
      adam.remember();
      Training.End end = over();
      if (end == null && now.evaluated < now.step) {
        evaluateIfDue(); // stopped before it could be
      }
      while (end == null) {
        now.live = tuner.liveParameters();
        now.liveInitial = now.liveInitial == 0 ? now.live : now.liveInitial;
        end = advance(adam);
      }
      tell(tuner.finish(now.step));
      return end;
    }
  }

  /** The optimiser of what is trained, all as it was where the run goes on from a checkpoint. */
  private AdamW optimiser() {
    State start = checkpoints.start();
    if (start != null) {
      state.restore(start);
    }
    AdamW adam = new AdamW(AdamW.Settings.DEFAULT, groups(), device);
    return start == null ? adam : RunState.restored(adam, start);
  }

  /** A full disk under the log, say, must not cost what was trained. Nobody is told any more. */
  private void rescue(Runnable save, RuntimeException cause) {
    model.train(false);
    if (now.step == 0) {
      return; // nothing was trained
    }
    try {
      tuner.finish(now.step);
      save.run();
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  /** One optimiser step; returns why the run ends with it, or null. */
  private Training.End advance(AdamW adam) {
    Engine.seed(options.seed(), now.step);
    tuner.beforeStep(now.step);
    try (Scope scope = Scope.open()) {
      TrainingListener.Step step = accumulate();
      readings.step(clip(adam), step);
    }
    List<TrainingListener.Step> read = List.of();
    if (readings.full()) {
      read = readings.read();
      if (failed(adam, read)) {
        return Training.End.FAILED;
      }
      if (now.step % GOOD_INTERVAL == 0 || read.size() > 1) {
        adam.remember(); // these values gave a finite loss and gradient
      }
    }
    adam.step(group -> rates.of(group, now.step));
    now.step++;
    now.liveSum += now.live;
    tell(read);
    return decide(adam);
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
  private Training.End decide(AdamW adam) {
    boolean stopped = stop.getAsBoolean();
    if (tuner.decides(now.step) || checkpoints.due(now.step) || evaluationDue() || ends(stopped)) {
      List<TrainingListener.Step> read = readings.read();
      if (failed(adam, read)) {
        return Training.End.FAILED;
      }
      tell(read);
    }
    Outcome outcome = tuner.afterStep(now.step);
    now.finished = outcome.finished();
    tell(outcome);
    adam.zeroGradients();
    if (outcome.restart()) {
      restart(adam, outcome);
    }
    Training.End end = over();
    if (end == null && stopped) {
      end = Training.End.INTERRUPTED;
    }
    if (end == null) {
      evaluateIfDue();
    }
    if (end != null || outcome.restart() || checkpoints.due(now.step)) {
      checkpoint(adam);
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
  private void checkpoint(AdamW adam) {
    if (checkpoints == Checkpoints.NONE) {
      return;
    }
    try (Scope scope = Scope.open()) {
      listeners.forEach(listener -> listener.checkpointing(now.step));
      checkpoints.write(now.step, state.save(adam));
    } catch (InputException e) {
      listeners.forEach(listener -> listener.notCheckpointed(now.step, e));
      return;
    } finally {
      readings.resume();
    }
    Path path = checkpoints.path(now.step);
    listeners.forEach(listener -> listener.checkpointed(now.step, path));
  }

  /** Whether one of these steps gave no finite numbers: what was trained goes back to before it. */
  private boolean failed(AdamW adam, List<TrainingListener.Step> steps) {
    for (TrainingListener.Step step : steps) {
      if (!Double.isFinite(step.loss())) {
        failure = "the loss of step %d was %s".formatted(step.step(), step.loss());
      } else if (!Double.isFinite(step.gradientNorm())) {
        failure =
            "the gradient of step %d had a norm of %s".formatted(step.step(), step.gradientNorm());
      } else {
        continue;
      }
      now.step = step.step() - 1;
      adam.recall();
      return true;
    }
    return false;
  }

  /** Norm of the gradient before it was clipped, float32 scalar. */
  private Tensor clip(AdamW adam) {
    try (NoGrad guard = NoGrad.open()) {
      double largest = options.clip() > 0 ? options.clip() : Double.POSITIVE_INFINITY;
      return adam.clipGradients(largest);
    }
  }

  private void restart(AdamW adam, Outcome outcome) {
    adam.regroup(groups());
    gradients.changed();
    for (ParameterGroup group : tuner.groups()) {
      if (outcome.keep() == 0) {
        adam.reset(group.name());
      } else if (outcome.keep() < 1) {
        Rng rng = new Rng(options.seed()).stream("prune#" + now.step);
        adam.prune(group.name(), count -> rng.chance(outcome.keep(), count));
      }
    }
    adam.remember();
    rates.restart(now.step);
  }

  private int rank() {
    return tuner.ranks().values().stream().mapToInt(Integer::intValue).sum();
  }

  private void tell(List<TrainingListener.Step> steps) {
    steps.forEach(step -> listeners.forEach(listener -> listener.stepped(step)));
  }

  private void tell(Outcome outcome) {
    for (Outcome.Event event : outcome.events()) {
      listeners.forEach(listener -> listener.happened(event, rates.cycle()));
    }
    if (!outcome.events().isEmpty()) {
      int live = tuner.liveModules();
      int rank = rank();
      listeners.forEach(listener -> listener.decided(now.step, live, rank));
    }
  }

  private Map<String, Double> evaluate(Evaluation by) {
    Map<String, Double> scores = by.score();
    now.evaluated = now.step;
    now.best = best(by, scores.get(by.metric()));
    for (TrainingListener listener : listeners) {
      listener.evaluated(now.step, by.metric(), scores, now.best);
    }
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
