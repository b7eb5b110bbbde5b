package dev.aroma.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

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
  FAILED;

  /** As {@code result.json} spells it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
