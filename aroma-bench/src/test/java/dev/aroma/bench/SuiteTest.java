package dev.aroma.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuiteTest {
  private static Suite suite(String name, String... given) {
    return Suite.named(name, true, true, new Arguments(given));
  }

  private static List<String> of(List<List<String>> configurations, String option) {
    return configurations.stream().map(one -> new Arguments(one).text(option, "-")).toList();
  }

  @Test
  void encodersHaveFiveMethodsOfOursAndFourOfTheirsAtTwoSizes() {
    Suite suite = suite("encoder");
    assertThat(of(suite.ours().subList(0, 5), "--method"))
        .containsExactly("aroma", "lora", "lora", "adalora", "full");
    assertThat(of(suite.theirs().subList(0, 4), "--rank")).containsExactly("1", "8", "-", "-");
    assertThat(suite.ours()).hasSize(10);
    assertThat(of(suite.theirs(), "--length"))
        .containsExactly("128", "128", "128", "128", "256", "256", "256", "256");
    assertThat(of(suite.ours(), "--shape")).containsOnly("roberta-base");
  }

  @Test
  void onlySomeMethods() {
    Suite suite = suite("encoder", "--only", "aroma,full", "--batches", "4x16");
    assertThat(of(suite.ours(), "--method")).containsExactly("aroma", "full");
    assertThat(of(suite.theirs(), "--method")).containsExactly("full");
    assertThat(of(suite.ours(), "--batch")).containsOnly("4");
  }

  @Test
  void mrpcIsAWholeEpochAfterOneAndHasItsData() {
    Suite suite = suite("mrpc", "--mrpc", "data");
    assertThat(of(suite.ours(), "--mrpc")).containsOnly("data");
    assertThat(of(suite.theirs(), "--steps")).as("3668 / 32").containsOnly("115");
    assertThat(of(suite.theirs(), "--warm")).containsOnly("115");
    assertThat(of(suite.theirs(), "--shape")).containsOnly("bert-base");
  }

  @Test
  void aLlamasAdaptersAreTriedInBothTypesWhereItIsInBfloat16() {
    assertThat(of(suite("llama").theirs(), "--adapters")).containsExactly("fp32", "bf16");
    Suite wide = Suite.named("llama", true, false, new Arguments());
    assertThat(of(wide.theirs(), "--adapters")).containsExactly("fp32");
    assertThat(of(wide.ours(), "--method")).containsExactly("aroma", "lora");
  }

  @Test
  void configurationsOfOneProcessArePartedByNext() {
    assertThat(AgainstPeft.joined(List.of(List.of("--rank", "1"), List.of("--rank", "8"))))
        .containsExactly("--rank", "1", "--next", "--rank", "8");
  }

  @Test
  void whatIsNotASuiteOrABatchIsRefused() {
    assertThatThrownBy(() -> suite("vision")).hasMessageContaining("found vision");
    assertThatThrownBy(() -> suite("llama", "--batches", "4"))
        .hasMessageContaining("expected such as 32x128,64x256, found 4");
  }
}
