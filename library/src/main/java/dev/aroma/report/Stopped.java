package dev.aroma.report;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Why a run ended. */
public enum Stopped {
  /** Every module converged. */
  @JsonProperty("converged")
  CONVERGED,
  /** The steps asked for are done. */
  @JsonProperty("max-steps")
  MAX_STEPS,
  /** The epochs asked for are done. */
  @JsonProperty("epochs")
  EPOCHS,
  /** Somebody stopped it; what there was is saved. */
  @JsonProperty("interrupted")
  INTERRUPTED,
  /** The loss was not a number; the last good state is saved. */
  @JsonProperty("failed")
  FAILED
}
