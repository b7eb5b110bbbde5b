package dev.aroma.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.io.JsonConfig;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LlamaStepsTest {
  private static JsonConfig run(String more) throws IOException {
    String words = "--shape tiny --device cpu --batch 2 --length 12 --steps 2 " + more;
    String printed = Printed.by(() -> LlamaSteps.main(words.split(" ", -1)));
    return JsonConfig.parse("printed", printed);
  }

  @ParameterizedTest
  @CsvSource({"false, all, aroma, 1, fp32", "true, answer, lora, 8, bf16"})
  void oneLineSaysWhatWasMeasured(
      boolean recompute, String loss, String method, int rank, String precision)
      throws IOException {
    JsonConfig line =
        run(
            "--recompute %s --loss %s --method %s --precision %s"
                .formatted(recompute, loss, method, precision));
    assertThat(line.requireString("method")).isEqualTo(method);
    assertThat(line.requireInt("rank")).isEqualTo(rank);
    assertThat(line.requireString("loss_on")).isEqualTo(loss);
    assertThat(line.requireString("precision")).isEqualTo(precision);
    double millis = line.requireDouble("ms");
    assertThat(line.requireDouble("tokens_per_second"))
        .as("24 tokens a step: every sequence has exactly 12")
        .isCloseTo(24e3 / millis, within(1 + 24 / millis));
    assertThat(line.requireDouble("loss")).isBetween(7.0, 10.0); // ln 4096 = 8.3
    assertThat(line.requireDouble("memory_gib")).isPositive();
  }

  @Test
  void anOptionThatNobodyKnowsIsRefused() {
    assertThatThrownBy(() -> run("--rnak 1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found --rnak");
  }
}
