package dev.aroma.train;

import dev.aroma.data.Batch;
import dev.aroma.data.Batches;
import dev.aroma.data.EncodedSplit;
import dev.aroma.model.SequenceClassifier;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.ParameterGroup;
import dev.aroma.optim.AdamW;
import dev.aroma.peft.Outcome;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Scope;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** The training loop: batches in, updates and the method's decisions out. */
public final class Trainer {
  /** Steps between copies of the trained parameters that a failed run falls back to. */
  private static final int GOOD_INTERVAL = 10;

  private final SequenceClassifier model;
  private final Tuner tuner;
  private final EncodedSplit train;
  private final Evaluator evaluator;
  private final boolean regression;
  private final TrainOptions options;
  private final Device device;
  private final List<TrainingListener> listeners;
  private final BooleanSupplier stop;
  private final ParameterGroup head;
  private final int total;
  private final long totalBatches;
  private final Rates rates;
  private final long began = System.nanoTime();
  private int step;
  private int batchesSeen;
  private Batches epoch;
  private long examples;
  private long adapterInitial;
  private double adapterSum;
  private long live;
  private double best = Double.NEGATIVE_INFINITY;
  private String failure;

  /**
   * A run, not yet begun.
   *
   * @param regression whether the loss is the squared error
   * @param total most steps of the run, as {@link #totalSteps} says
   * @param stop asked between steps; true ends the run cleanly
   */
  public Trainer(
      SequenceClassifier model,
      Tuner tuner,
      EncodedSplit train,
      Evaluator evaluator,
      boolean regression,
      TrainOptions options,
      int total,
      Device device,
      List<TrainingListener> listeners,
      BooleanSupplier stop) {
    this.model = model;
    this.tuner = tuner;
    this.train = train;
    this.evaluator = evaluator;
    this.regression = regression;
    this.options = options;
    this.device = device;
    this.listeners = List.copyOf(listeners);
    this.stop = stop;
    this.total = total;
    this.totalBatches = options.totalBatches(batchesPerEpoch(train.size(), options));
    this.head = head();
    this.rates = new Rates(options, total, !tuner.groups().isEmpty());
  }

  /** Most optimiser steps of a run over a training set of so many examples. */
  public static int totalSteps(int examples, TrainOptions options) {
    return options.totalSteps(batchesPerEpoch(examples, options));
  }

  private static int batchesPerEpoch(int examples, TrainOptions options) {
    return (examples + options.batchSize() - 1) / options.batchSize();
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

  /**
   * Trains to the end and scores what is delivered.
   *
   * @param save called when training is over and before the last evaluation, so that nobody who
   *     waits no longer loses what was trained; called too before an exception that ends the
   *     training leaves here, if a step was taken
   */
  public Training run(Runnable save) {
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
    Map<String, Double> scores = evaluate();
    return new Training(
        step,
        end,
        failure,
        (System.nanoTime() - began) / 1e9,
        examples,
        evaluator.metric(),
        scores,
        best,
        adapterInitial,
        adapterSum / Math.max(1, step),
        live,
        head.count());
  }

  private Training.End loop() {
    Training.End end = null;
    try (AdamW adam = new AdamW(AdamW.Settings.DEFAULT, groups(), device)) {
      while (end == null) {
        live = tuner.liveParameters();
        adapterInitial = adapterInitial == 0 ? live : adapterInitial;
        end = advance(adam);
      }
      tell(tuner.finish(step));
    }
    return end;
  }

  /** A full disk under the log, say, must not cost what was trained. Nobody is told any more. */
  private void rescue(Runnable save, RuntimeException cause) {
    model.train(false);
    if (step == 0) {
      return; // nothing was trained
    }
    try {
      tuner.finish(step);
      save.run();
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  /** One optimiser step; returns why the run ends with it, or null. */
  private Training.End advance(AdamW adam) {
    tuner.beforeStep(step);
    double rate = rates.adapter(step);
    long tokens = 0;
    double loss = 0;
    int batches = (int) Math.min(options.accumulate(), totalBatches - batchesSeen);
    for (int i = 0; i < batches; i++) {
      Batch batch = nextBatch();
      loss += backward(batch, batches) / batches;
      tokens += batch.tokens();
    }
    if (!Double.isFinite(loss)) {
      return fail(adam, "the loss of step %d was %s".formatted(step + 1, loss));
    }
    double norm = clip(adam);
    if (!Double.isFinite(norm)) {
      return fail(adam, "the gradient of step %d had a norm of %s".formatted(step + 1, norm));
    }
    if (step % GOOD_INTERVAL == 0) {
      adam.remember(); // these values gave a finite loss and gradient
    }
    adam.step(group -> rates.of(group, step));
    step++;
    adapterSum += live;
    tell(
        new TrainingListener.Step(
            step, total, loss, rate, tokens, tuner.liveModules(), rank(), tuner.liveParameters()));
    Outcome outcome = tuner.afterStep(step);
    tell(outcome);
    adam.zeroGradients();
    if (outcome.restart() && !outcome.finished()) {
      restart(adam, outcome);
    }
    return end(outcome);
  }

  private Training.End end(Outcome outcome) {
    if (step >= total) {
      boolean byCount = options.maxSteps() != null && options.maxSteps() <= total;
      return byCount ? Training.End.MAX_STEPS : Training.End.EPOCHS;
    }
    if (outcome.finished()) {
      return Training.End.CONVERGED;
    }
    if (stop.getAsBoolean()) {
      return Training.End.INTERRUPTED;
    }
    if (options.evalEvery() > 0 && step % options.evalEvery() == 0) {
      evaluate();
    }
    return null;
  }

  private Training.End fail(AdamW adam, String what) {
    failure = what;
    if (step > 0) {
      adam.recall();
    }
    return Training.End.FAILED;
  }

  private Batch nextBatch() {
    int perEpoch = epoch == null ? 0 : epoch.count();
    if (perEpoch == 0 || batchesSeen % perEpoch == 0) {
      int number = perEpoch == 0 ? 0 : batchesSeen / perEpoch;
      epoch =
          Batches.training(
              train, options.batchSize(), options.padMultiple(), options.seed(), number);
    }
    Batch batch = epoch.get(batchesSeen % epoch.count());
    batchesSeen++;
    examples += batch.size();
    return batch;
  }

  /** Adds the gradients of one of so many batches of a step; returns its mean loss. */
  private double backward(Batch batch, int batches) {
    try (Scope scope = Scope.open()) {
      Tensor logits = model.logits(Feed.inputs(batch, device));
      Tensor loss = Feed.loss(logits, batch, regression);
      Tensor penalty = tuner.penalty();
      Tensor whole = penalty == null ? loss : loss.add(penalty);
      whole.div(batches).backward();
      return whole.item();
    }
  }

  /** Norm of the gradient before it was clipped. */
  private double clip(AdamW adam) {
    try (Scope scope = Scope.open();
        NoGrad guard = NoGrad.open()) {
      double largest = options.clip() > 0 ? options.clip() : Double.POSITIVE_INFINITY;
      return adam.clipGradients(largest).item();
    }
  }

  private void restart(AdamW adam, Outcome outcome) {
    adam.regroup(groups());
    for (ParameterGroup group : tuner.groups()) {
      if (outcome.keep() == 0) {
        adam.reset(group.name());
      } else if (outcome.keep() < 1) {
        Rng rng = new Rng(options.seed()).stream("prune#" + step);
        adam.prune(group.name(), count -> rng.chance(outcome.keep(), count));
      }
    }
    adam.remember();
    rates.restart(step);
  }

  private int rank() {
    return tuner.ranks().values().stream().mapToInt(Integer::intValue).sum();
  }

  private void tell(TrainingListener.Step now) {
    listeners.forEach(listener -> listener.stepped(now));
  }

  private void tell(Outcome outcome) {
    for (Outcome.Event event : outcome.events()) {
      listeners.forEach(listener -> listener.happened(event, rates.cycle()));
    }
    if (!outcome.events().isEmpty()) {
      listeners.forEach(listener -> listener.decided(step));
    }
  }

  private Map<String, Double> evaluate() {
    Map<String, Double> scores = evaluator.score(model);
    best = Math.max(best, scores.get(evaluator.metric()));
    for (TrainingListener listener : listeners) {
      listener.evaluated(step, evaluator.metric(), scores, best);
    }
    return scores;
  }
}
