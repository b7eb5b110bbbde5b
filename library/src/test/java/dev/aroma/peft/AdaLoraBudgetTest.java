package dev.aroma.peft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AdaLoraBudgetTest {
  private static final AdaLoraBudget BUDGET = new AdaLoraBudget(72, 36, 6, 15, 60, 3);

  @Test
  void fallsWithTheCubeBetweenStartAndEnd() {
    assertThat(BUDGET.at(1)).isEqualTo(72);
    assertThat(BUDGET.at(6)).isEqualTo(72);
    assertThat(BUDGET.at(9)).as("36 + 36 · (36/39)³ = 64.3").isEqualTo(64);
    assertThat(BUDGET.at(44)).isEqualTo(36);
    assertThat(BUDGET.at(45)).isEqualTo(36);
    assertThat(BUDGET.at(60)).isEqualTo(36);
    IntStream.range(1, 60)
        .forEach(t -> assertThat(BUDGET.at(t + 1)).isLessThanOrEqualTo(BUDGET.at(t)));
  }

  @Test
  void masksAtIntervalsThenOnceMoreAndNeverAgain() {
    assertThat(IntStream.rangeClosed(1, 60).filter(BUDGET::masksAt))
        .containsExactly(9, 12, 15, 18, 21, 24, 27, 30, 33, 36, 39, 42, 45);
    AdaLoraBudget odd = new AdaLoraBudget(72, 36, 6, 15, 60, 100);
    assertThat(IntStream.rangeClosed(1, 60).filter(odd::masksAt)).containsExactly(45);
  }

  @Test
  void aRunWithoutAStartOrAnEndHasBoth() {
    AdaLoraBudget whole = new AdaLoraBudget(10, 5, 0, 0, 4, 1);
    assertThat(IntStream.rangeClosed(1, 4).map(whole::at)).containsExactly(7, 5, 5, 5);
    assertThat(whole.lastChoice()).isEqualTo(4);
  }
}
