package dev.aroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The rule of layers itself, on names: would it notice? */
class ArchitectureRulesTest {
  @Test
  void lowerLayersMayBeKnown() {
    assertThat(ArchitectureTest.mayKnow("train", "peft")).isTrue();
    assertThat(ArchitectureTest.mayKnow("tensor", "input")).isTrue();
    assertThat(ArchitectureTest.mayKnow("", "recipe")).isTrue();
    assertThat(ArchitectureTest.mayKnow("peft", "peft.aroma")).isTrue();
    assertThat(ArchitectureTest.mayKnow("peft.aroma", "peft")).isTrue();
    assertThat(ArchitectureTest.mayKnow("model.bert", "model")).isTrue();
  }

  @Test
  void sameAndHigherLayersMayNot() {
    assertThat(ArchitectureTest.mayKnow("peft", "model")).isFalse();
    assertThat(ArchitectureTest.mayKnow("model.bert", "peft")).isFalse();
    assertThat(ArchitectureTest.mayKnow("model.bert", "model.llama")).isFalse();
    assertThat(ArchitectureTest.mayKnow("tensor", "text")).isFalse();
    assertThat(ArchitectureTest.mayKnow("nn", "io")).isFalse();
    assertThat(ArchitectureTest.mayKnow("report", "recipe")).isFalse();
    assertThat(ArchitectureTest.mayKnow("recipe", "")).isFalse();
  }

  @Test
  void packageOutsideTheTableIsRefused() {
    assertThatThrownBy(() -> ArchitectureTest.layer("misc"))
        .hasMessageContaining("Give misc a layer");
  }
}
