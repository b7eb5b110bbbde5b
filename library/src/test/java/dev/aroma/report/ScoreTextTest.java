package dev.aroma.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScoreTextTest {
  @Test
  void aShareIsShownTimesAHundredAndMoreIsBetter() {
    assertThat(ScoreText.isLoss("accuracy")).isFalse();
    assertThat(ScoreText.best("f1")).isEqualTo("best");
    assertThat(ScoreText.onDev("f1")).isEqualTo("f1");
    assertThat(ScoreText.axis("f1")).isEqualTo("f1 × 100");
    assertThat(ScoreText.scaled("f1", 0.5)).isEqualTo(50);
    assertThat(ScoreText.shown("f1", 0.85714)).isEqualTo("85.71");
    assertThat(ScoreText.shown("f1", Spread.of(0.5, 0.7))).isEqualTo("60.00 ± 14.14");
  }

  @Test
  void aLossIsShownAsItIsAndItsBestIsTheLowest() {
    assertThat(ScoreText.isLoss("loss")).isTrue();
    assertThat(ScoreText.isLoss("perplexity")).isTrue();
    assertThat(ScoreText.best("loss")).isEqualTo("lowest");
    assertThat(ScoreText.onDev("loss")).isEqualTo("dev loss");
    assertThat(ScoreText.axis("loss")).isEqualTo("loss, less is better");
    assertThat(ScoreText.scaled("loss", 1.25)).isEqualTo(1.25);
    assertThat(ScoreText.shown("loss", 1.25)).isEqualTo("1.2500");
    assertThat(ScoreText.shown("loss", Spread.of(1, 2))).isEqualTo("1.5000 ± 0.7071");
  }

  @Test
  void whatIsNotThereIsADash() {
    assertThat(ScoreText.isLoss(null)).isFalse();
    assertThat(ScoreText.shown("accuracy", Double.NaN)).isEqualTo("–");
    assertThat(ScoreText.shown(null, Spread.of())).isEqualTo("–");
  }
}
