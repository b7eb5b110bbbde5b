package dev.aroma.model;

import dev.aroma.io.JsonConfig;
import java.util.Set;

/** A family of architectures that share their blocks. */
public interface Family {
  /** Values of {@code model_type} in a {@code config.json} that belong to it. */
  Set<String> modelTypes();

  /**
   * Declares a classifier; no memory is taken yet.
   *
   * @param config the checkpoint's
   * @param labels number of classes, 1 for regression
   * @param dropout overrides every dropout probability of the config; null leaves them
   */
  SequenceClassifier classifier(JsonConfig config, int labels, Double dropout);
}
