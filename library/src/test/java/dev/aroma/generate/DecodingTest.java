package dev.aroma.generate;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecodingTest {
  @ParameterizedTest
  @CsvSource({
    "0, 1, 0, 0, 1, max-new-tokens",
    "1, 0, 0, 0, 1, beams",
    "1, 1001, 0, 0, 1, beams",
    "1, 1, -1, 0, 1, temperature",
    "1, 1, NaN, 0, 1, temperature",
    "1, 1, 0, -1, 1, top-k",
    "1, 1, 0, 0, 0, top-p",
    "1, 1, 0, 0, 1.1, top-p",
    "1, 1, 0, 0, NaN, top-p",
    "1, 2, 1, 0, 1, found both",
  })
  void numbersOutOfRangeAreRefused(
      int most, int beams, double temperature, int topK, double topP, String message) {
    assertThatThrownBy(() -> new Decoding(most, beams, temperature, topK, topP, 1, false, 0))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"NaN", "Infinity"})
  void aLengthPenaltyIsFinite(double penalty) {
    assertThatThrownBy(() -> new Decoding(1, 2, 0, 0, 1, penalty, false, 0))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("length-penalty");
  }
}
