package dev.aroma.recipe;

import java.util.List;

/**
 * What a run would do, found by everything that it does before its first step.
 *
 * @param model what results call the checkpoint
 * @param parameters of the model
 * @param task its name
 * @param train examples to learn from
 * @param dev examples to judge on
 * @param method its name
 * @param trainable parameters at the first step, the head's included
 * @param modules adapted
 * @param steps at most
 * @param adapterBytes of what was trained, as float32, about
 * @param notes what a person may not have meant
 */
public record Plan(
    String model,
    long parameters,
    String task,
    int train,
    int dev,
    String method,
    long trainable,
    int modules,
    int steps,
    long adapterBytes,
    List<String> notes) {
  /** Copies the list. */
  public Plan {
    notes = List.copyOf(notes);
  }
}
