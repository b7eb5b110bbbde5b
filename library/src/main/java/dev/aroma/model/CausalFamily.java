package dev.aroma.model;

import dev.aroma.io.JsonConfig;

/** A family whose models write text. */
public interface CausalFamily extends Family {
  /**
   * Declares a language model; no memory is taken yet.
   *
   * @param config the checkpoint's
   * @param dropout overrides every dropout probability of the config; null leaves them
   */
  CausalModel causal(JsonConfig config, Double dropout);
}
