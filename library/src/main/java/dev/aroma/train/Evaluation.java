package dev.aroma.train;

import java.util.Map;

/** Scores a model as it stands on whole splits, never on a part of one. */
public interface Evaluation {
  /** Name of the score that decides; more is better. */
  String metric();

  /** Number of examples of the split that decides. */
  int examples();

  /** Scores by name, the deciding one among them. Leaves the model in the mode it was in. */
  Map<String, Double> score();
}
