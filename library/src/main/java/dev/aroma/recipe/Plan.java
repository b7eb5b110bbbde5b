package dev.aroma.recipe;

import dev.aroma.data.BatchSource;
import dev.aroma.model.Transformer;
import dev.aroma.peft.Method;
import dev.aroma.peft.Tuner;
import java.util.ArrayList;
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
  /** The paper warms up again for a fourth of its shortest inner loops. */
  private static final int REWARMED = 4;

  /** Copies the list. */
  public Plan {
    notes = List.copyOf(notes);
  }

  /** Of a run that is ready for its first step. */
  static Plan of(
      RunOptions options,
      String task,
      String modelName,
      Transformer model,
      Tuner tuner,
      int steps,
      Workload.Ready ready) {
    long trainable = tuner.liveParameters() + FineTuning.parameters(model, model::inHead);
    return new Plan(
        modelName,
        FineTuning.parameters(model, path -> true),
        task,
        ready.train().size(),
        ready.evaluation().examples(),
        Recipes.methodName(options),
        trainable,
        tuner.ranks().size(),
        steps,
        trainable * Float.BYTES,
        notes(options, steps, ready.train()));
  }

  /**
   * What a person may not have meant by options, a line each.
   *
   * @throws dev.aroma.input.InputException if no run of so many steps can be done with them
   */
  static List<String> notes(RunOptions options, int steps) {
    Method method = options.method().method();
    List<String> notes = new ArrayList<>(method.examine(steps));
    int warmup = options.train().schedule().warmup();
    if (warmup >= steps) {
      notes.add(
          "train.schedule.warmup (%d) takes all of the %d steps: the learning rate never peaks"
              .formatted(warmup, steps));
    }
    int rewarm = options.train().schedule().rewarm();
    int cycle = method.cycleSteps().orElse(Integer.MAX_VALUE);
    if (cycle < steps && rewarm >= cycle) {
      notes.add(
          "train.schedule.rewarm (%d) takes all of the %d steps of a component: after the first, the learning rate never comes up; set it to %d, or let components train longer"
              .formatted(rewarm, cycle, cycle / REWARMED));
    }
    return notes;
  }

  private static List<String> notes(RunOptions options, int steps, BatchSource train) {
    List<String> notes = notes(options, steps);
    if (train.truncated() > 0) {
      notes.add(
          "%d of %d training texts are cut off at %d tokens"
              .formatted(train.truncated(), train.size(), options.task().maxLength()));
    }
    return notes;
  }
}
