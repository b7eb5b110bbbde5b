package dev.aroma.peft;

import dev.aroma.nn.Linear;
import dev.aroma.nn.Module;
import dev.aroma.nn.Parameter;
import dev.aroma.nn.ParameterGroup;
import dev.aroma.nn.Targets;
import dev.aroma.tensor.Device;
import dev.aroma.tensor.Rng;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a run gives a method.
 *
 * @param rng source of initial values
 * @param device where the model lives
 * @param totalSteps most optimiser steps of the run (the paper's T)
 * @param head paths of the head's modules, which are never adapted
 * @param weightDecay decoupled weight decay of the matrices that the method trains, from 0; vectors
 *     such as biases, factors and normalisations have none
 * @param start changes to go on from, by path, on the device; their tensors are copied by whoever
 *     needs them. Only a method that {@link Method#goesOn} is given any
 */
public record Setup(
    Rng rng,
    Device device,
    int totalSteps,
    List<String> head,
    double weightDecay,
    Map<String, LowRank> start) {
  /** From the base model. */
  public Setup(Rng rng, Device device, int totalSteps, List<String> head, double weightDecay) {
    this(rng, device, totalSteps, head, weightDecay, Map.of());
  }

  /** Without weight decay. */
  public Setup(Rng rng, Device device, int totalSteps, List<String> head) {
    this(rng, device, totalSteps, head, 0);
  }

  /** The linear layers that match patterns, and all that have a change to go on from. */
  Map<String, Linear> targets(Module model, List<String> patterns) {
    Map<String, Linear> matching = Targets.find(model, patterns, head);
    Map<String, Linear> all = new LinkedHashMap<>(model.modules(Linear.class)); // in its order
    all.keySet().removeIf(path -> !matching.containsKey(path) && !start.containsKey(path));
    return all;
  }

  /**
   * Parameters that are trained at one rate: one group, or with weight decay one of matrices and
   * one of vectors, whose name ends in {@code -vectors}.
   */
  List<ParameterGroup> groups(String name, List<Parameter> parameters, double rate) {
    if (weightDecay == 0) {
      return List.of(new ParameterGroup(name, parameters, rate, 0));
    }
    Map<Boolean, List<Parameter>> matrices =
        parameters.stream().collect(Collectors.partitioningBy(p -> p.shape().length > 1));
    return Stream.of(
            new ParameterGroup(name, matrices.get(true), rate, weightDecay),
            new ParameterGroup(name + "-vectors", matrices.get(false), rate, 0))
        .filter(group -> !group.parameters().isEmpty())
        .toList();
  }
}
