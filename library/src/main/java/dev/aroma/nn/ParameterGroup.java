package dev.aroma.nn;

import java.util.List;

/**
 * Parameters that are trained alike.
 *
 * @param name what to call it in messages
 * @param parameters in a fixed order
 * @param rate factor on the learning rate, from 0
 * @param weightDecay decoupled weight decay, from 0
 */
public record ParameterGroup(
    String name, List<Parameter> parameters, double rate, double weightDecay) {
  /** Copies the list. */
  public ParameterGroup {
    parameters = List.copyOf(parameters);
  }

  /** Number of elements in all. */
  public long count() {
    return parameters.stream().mapToLong(Parameter::count).sum();
  }
}
