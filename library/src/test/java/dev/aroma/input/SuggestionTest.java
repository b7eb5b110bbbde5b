package dev.aroma.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionTest {
  private static final List<String> KEYS =
      List.of("epochs", "max-steps", "batch-size", "learning-rate", "r");

  @Test
  void oneSlipIsForgiven() {
    assertThat(Suggestion.nearest("max_steps", KEYS)).contains("max-steps");
    assertThat(Suggestion.nearest("epcohs", KEYS)).contains("epochs");
    assertThat(Suggestion.nearest("Batch-Size", KEYS)).contains("batch-size");
  }

  @Test
  void swapOfNeighboursIsOneSlip() {
    assertThat(Suggestion.distance("steps", "setps")).isEqualTo(1);
    assertThat(Suggestion.distance("ab", "ba")).isEqualTo(1);
  }

  @Test
  void distanceCountsInsertsDropsAndChanges() {
    assertThat(Suggestion.distance("", "abc")).isEqualTo(3);
    assertThat(Suggestion.distance("kitten", "sitting")).isEqualTo(3);
  }

  @Test
  void beginningsAndInitialsAreUnderstood() {
    assertThat(Suggestion.nearest("batch", KEYS)).contains("batch-size");
    assertThat(Suggestion.nearest("lr", KEYS)).contains("learning-rate");
  }

  @Test
  void somethingElseGetsNoSuggestion() {
    assertThat(Suggestion.nearest("colour", KEYS)).isEmpty();
    assertThat(Suggestion.nearest("", KEYS)).isEmpty();
    assertThat(Suggestion.nearest("x", List.of("ab"))).isEmpty();
  }

  /** Letters times letters of memory were not there for it. */
  @Test
  void aNameOfAnyLengthCostsNothing() {
    assertThat(Suggestion.nearest("x".repeat(50_000_000), KEYS)).isEmpty();
  }

  @Test
  void clauseIsReadyForAMessage() {
    assertThat(Suggestion.clause("epoch", KEYS)).isEqualTo("; did you mean epochs?");
    assertThat(Suggestion.clause("colour", KEYS)).isEmpty();
  }
}
