package dev.aroma.model;

import java.util.Set;

/**
 * A family of architectures that share their blocks; {@link ClassifierFamily} and {@link
 * CausalFamily} say what it can be.
 */
public interface Family {
  /** Values of {@code model_type} in a {@code config.json} that belong to it. */
  Set<String> modelTypes();
}
