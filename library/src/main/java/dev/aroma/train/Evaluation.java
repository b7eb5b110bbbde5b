package dev.aroma.train;

import java.util.Map;

/** Scores a model as it stands on whole splits, never on a part of one. */
public interface Evaluation {
  /** Examples at a time where nobody says otherwise. */
  int BATCH = 64;

  /** Name of the score that decides. */
  String metric();

  /** Whether more of the deciding score is better, as of an accuracy and not of a loss. */
  default boolean higherIsBetter() {
    return true;
  }

  /** Number of examples of the split that decides. */
  int examples();

  /** Scores by name, the deciding one among them. Leaves the model in the mode it was in. */
  Map<String, Double> score();

  /**
   * What judges the delivered model, when training is over: this same evaluation, or one that takes
   * too long to be repeated.
   */
  default Evaluation delivered() {
    return this;
  }
}
