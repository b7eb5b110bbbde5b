package dev.aroma.train;

import dev.aroma.model.Transformer;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.ParameterGroup;
import dev.aroma.nn.State;
import dev.aroma.optim.AdamW;
import dev.aroma.peft.Outcome;
import dev.aroma.peft.Tuner;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.NoGrad;
import dev.aroma.tensor.Rng;
import dev.aroma.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is trained, the head and the method's groups, and how a step moves it: AdamW and rates. */
final class Updates implements AutoCloseable {
  private final Tuner tuner;
  private final TrainOptions options;
  private final Rates rates;
  private final Device device;
  private final ParameterGroup head;
  private AdamW adam; // null before it begins

  Updates(Transformer model, Tuner tuner, TrainOptions options, Rates rates, Device device) {
    this.tuner = tuner;
    this.options = options;
    this.rates = rates;
    this.device = device;
    this.head = head(model, options);
  }

  private static ParameterGroup head(Transformer model, TrainOptions options) {
    List<Parameter> parameters =
        model.parameters().entrySet().stream()
            .filter(entry -> model.inHead(entry.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    return new ParameterGroup(Rates.HEAD, parameters, options.headRate(), options.weightDecay());
  }

  /** Number of elements of the head. */
  long headCount() {
    return head.count();
  }

  private List<ParameterGroup> groups() {
    List<ParameterGroup> groups = new ArrayList<>(List.of(head));
    groups.addAll(tuner.groups());
    return groups;
  }

  /** Takes up what the method trains now, with empty moments. */
  void begin() {
    adam = new AdamW(AdamW.Settings.DEFAULT, groups(), device);
  }

  /**
   * Scales the gradients down to the largest norm that the options allow.
   *
   * @return the norm before that, float32 scalar
   */
  Tensor clip() {
    try (NoGrad guard = NoGrad.open()) {
      double largest = options.clip() > 0 ? options.clip() : Double.POSITIVE_INFINITY;
      return adam.clipGradients(largest);
    }
  }

  /**
   * One update by the gradients that are there.
   *
   * @param step optimiser steps done before it
   */
  void apply(int step) {
    adam.step(group -> rates.of(group, step));
  }

  /** Clears the gradients. */
  void zeroGradients() {
    adam.zeroGradients();
  }

  /** Begins the method's next cycle: its groups may be others, and its moments are dropped. */
  void restart(Outcome outcome, int step) {
    adam.regroup(groups());
    for (ParameterGroup group : tuner.groups()) {
      if (outcome.keep() == 0) {
        adam.reset(group.name());
      } else if (outcome.keep() < 1) {
        Rng rng = new Rng(options.seed()).stream("prune#" + step);
        adam.prune(group.name(), count -> rng.chance(outcome.keep(), count));
      }
    }
    remember();
    rates.restart(step);
  }

  /** Takes a copy of the values to come back to. */
  void remember() {
    adam.remember();
  }

  /** Sets the values to the last copy. */
  void recall() {
    adam.recall();
  }

  void save(State state) {
    adam.save(state);
  }

  /** Takes back what {@link #save} wrote, for what the method trains now. */
  void restore(State state) {
    adam.restore(state);
  }

  /** Gives the parameters memory of their own again. */
  @Override
  public void close() {
    if (adam != null) {
      adam.close();
    }
  }
}
