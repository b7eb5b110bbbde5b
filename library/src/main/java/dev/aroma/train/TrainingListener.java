package dev.aroma.train;

import dev.aroma.input.InputException;
import dev.aroma.peft.Outcome;
import java.nio.file.Path;
import java.util.Map;

/** Hears what happens in a run, in order, on the training thread. */
public interface TrainingListener {
  /**
   * One optimiser step.
   *
   * @param step steps done, from 1
   * @param total most steps of the run
   * @param loss mean over the step's batches of their mean losses
   * @param gradientNorm of all gradients together, before clipping
   * @param learningRate of the adapter
   * @param tokens of the step, without padding
   * @param tokensPerSecond over this step and those that were read from the device with it
   * @param secondsAgo how long before it was told it ended: steps are read from a GPU a few at once
   * @param liveModules modules that still train
   * @param totalRank of all modules, live components included
   * @param liveParameters elements that the method trained in this step, without the head
   */
  record Step(
      int step,
      int total,
      double loss,
      double gradientNorm,
      double learningRate,
      long tokens,
      double tokensPerSecond,
      double secondsAgo,
      int liveModules,
      int totalRank,
      long liveParameters) {
    /** The same with what was read from the device. */
    Step read(double readLoss, double readNorm, double pace, double ago) {
      return new Step(
          step,
          total,
          readLoss,
          readNorm,
          learningRate,
          tokens,
          pace,
          ago,
          liveModules,
          totalRank,
          liveParameters);
    }

    /** What of it is no finite number, in words; null where all is. */
    String failure() {
      if (!Double.isFinite(loss)) {
        return "the loss of step %d was %s".formatted(step, loss);
      }
      return Double.isFinite(gradientNorm)
          ? null
          : "the gradient of step %d had a norm of %s".formatted(step, gradientNorm);
    }
  }

  /** A step was taken. */
  default void stepped(Step step) {}

  /** The method decided something in its outer step {@code cycle}, from 1. */
  default void happened(Outcome.Event event, int cycle) {}

  /**
   * All that the method decided after a step was told, and done.
   *
   * @param liveModules modules that train from here on
   * @param totalRank of all modules, components that train from here on included
   */
  default void decided(int step, int liveModules, int totalRank) {}

  /**
   * The dev split was scored.
   *
   * @param step steps done
   * @param metric name of the score that decides
   * @param scores all scores by name
   * @param best of the deciding scores so far, this one included
   */
  default void evaluated(int step, String metric, Map<String, Double> scores, double best) {}

  /** Something that a person should know. */
  default void said(String message) {}

  /**
   * A checkpoint is about to be written, after all else of the step. Who keeps what was told must
   * have it on disk when this returns: the run may go on from there and not tell it again.
   *
   * @throws InputException if that cannot be; there is no checkpoint then, and the run goes on
   */
  default void checkpointing(int step) {}

  /** It was written. */
  default void checkpointed(int step, Path checkpoint) {}

  /** A checkpoint could not be written; those before are still there, and the run goes on. */
  default void notCheckpointed(int step, InputException why) {}
}
