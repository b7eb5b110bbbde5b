package dev.aroma.model;

import dev.aroma.io.JsonConfig;

/** A family whose models can classify sequences. */
public interface ClassifierFamily extends Family {
  /**
   * Declares a classifier; no memory is taken yet.
   *
   * @param config the checkpoint's
   * @param labels number of classes, 1 for regression
   * @param dropout overrides every dropout probability of the config; null leaves them
   */
  SequenceClassifier classifier(JsonConfig config, int labels, Double dropout);
}
