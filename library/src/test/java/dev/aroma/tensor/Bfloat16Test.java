package dev.aroma.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Bfloat16Test {
  @Test
  void instructionsAreReadFromWholeWords() {
    assertThat(Bfloat16.instructions("fpu avx512f avx512_bf16 amx_bf16")).isEqualTo("AMX");
    assertThat(Bfloat16.instructions("fpu avx512_bf16")).isEqualTo("AVX512-BF16");
    assertThat(Bfloat16.instructions("fpu avx512f avx512_bf16x")).isNull();
    assertThat(Bfloat16.instructions("")).isNull();
  }

  @Test
  void narrowModelsStayInFloat32() {
    Bfloat16 found = Bfloat16.on(64, "AMX");
    assertThat(found.pays()).isFalse();
    assertThat(found.reason()).contains("too narrow");
  }

  @Test
  void processorsWithoutInstructionsStayInFloat32() {
    Bfloat16 found = Bfloat16.on(768, null);
    assertThat(found.pays()).isFalse();
    assertThat(found.reason()).contains("no instructions");
  }

  /** Which is faster is the machine's business; that both were timed is ours. */
  @Test
  void measurementSaysBothTimes() {
    assertThat(Bfloat16.on(256, "AMX").reason())
        .matches("AMX; a product takes .* ms, in fp32 .* ms");
  }
}
