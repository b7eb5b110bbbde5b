package dev.aroma.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.aroma.io.JsonConfig;
import org.junit.jupiter.api.Test;

class StepFlopsTest {
  private static JsonConfig line(String shape, String method, String rank, String more) {
    return JsonConfig.parse(
        "test",
        ("{\"who\": \"aroma\", \"shape\": \"%s\", \"method\": \"%s\", \"rank\": %s, \"batch\": 4,"
                + " \"length\": 256, \"ms\": 50, \"tokens_per_second\": 20480%s}")
            .formatted(shape, method, rank, more));
  }

  @Test
  void anEncoderIsItsLayersItsAttentionAndItsAdapters() {
    StepFlops flops = StepFlops.named("roberta-base");
    assertThat(flops.linear()).isEqualTo(4 * 768 * 768 + 2 * 768 * 3072);
    assertThat(flops.of(4096, 128, 0, false))
        .as("16384 · 12 · 7077888 and 12 · 4096 · 128 · 768 · 12")
        .isEqualTo(1_391_569_403_904.0 + 57_982_058_496.0);
    assertThat(flops.of(4096, 128, 1, false) - flops.of(4096, 128, 0, false))
        .as("6 · 4096 · (10 · 768 + 2 · 3072) · 12")
        .isEqualTo(4_076_863_488.0);
  }

  @Test
  void fullTrainingNeedsTheGradientsOfWeightsToo() {
    StepFlops flops = StepFlops.named("roberta-base");
    assertThat(flops.of(4096, 128, 0, true) - flops.of(4096, 128, 0, false))
        .isEqualTo(1_391_569_403_904.0 / 2);
  }

  @Test
  void aDecoderSharesKeysSeesHalfAndScoresWords() {
    StepFlops flops = StepFlops.named("llama3-8b");
    assertThat(flops.linear()).isEqualTo(218_103_808);
    assertThat(flops.adapted()).isEqualTo(6 * 4096 + 2 * 1024 + 2 * 14336);
    assertThat(flops.of(1024, 256, 8, false))
        .as("4096 · (32 · 218103808 + 4096 · 128256) and attention and adapters")
        .isEqualTo(30_739_080_937_472.0 + 206_158_430_208.0 + 86_973_087_744.0);
  }

  @Test
  void aLineSaysTokensByItsPace() {
    assertThat(StepFlops.of(line("llama3-8b", "lora", "8", ", \"loss_on\": \"all\"")))
        .isCloseTo(31_032_212_455_424.0, within(1e3));
  }

  @Test
  void fullTrainingHasNoAdapters() {
    assertThat(StepFlops.of(line("bert-base", "full", "null", "")))
        .isEqualTo(StepFlops.named("bert-base").of(1024, 256, 0, true));
  }

  @Test
  void howManyWordsAreScoredIsNotKnownWhereAnswersAreLearned() {
    assertThat(StepFlops.of(line("llama3-8b", "lora", "8", ", \"loss_on\": \"answer\""))).isNaN();
  }

  @Test
  void anUnknownShapeIsRefused() {
    assertThatThrownBy(() -> StepFlops.named("gpt-9"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found gpt-9");
  }
}
