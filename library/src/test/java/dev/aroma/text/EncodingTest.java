package dev.aroma.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EncodingTest {
  private final Encoding encoding = new Encoding(new int[] {1, 2}, new int[] {0, 1}, false);

  @Test
  void equalsByContent() {
    Encoding same = new Encoding(new int[] {1, 2}, new int[] {0, 1}, false);
    assertThat(encoding).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(encoding)
        .isNotEqualTo(new Encoding(new int[] {1, 3}, new int[] {0, 1}, false))
        .isNotEqualTo(new Encoding(new int[] {1, 2}, new int[] {0, 0}, false))
        .isNotEqualTo(new Encoding(new int[] {1, 2}, new int[] {0, 1}, true));
  }

  @Test
  void isReadableInMessages() {
    assertThat(encoding).hasToString("Encoding[1, 2]");
    assertThat(new Encoding(new int[0], new int[0], true)).hasToString("Encoding[] (truncated)");
    assertThat(encoding.length()).isEqualTo(2);
  }

  @Test
  void refusesArraysThatDoNotMatch() {
    assertThatThrownBy(() -> new Encoding(new int[2], new int[1], false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 1 and 2");
  }
}
