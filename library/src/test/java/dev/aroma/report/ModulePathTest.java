package dev.aroma.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ModulePathTest {
  @Test
  void pathIsTakenApartAtItsFirstNumber() {
    assertThat(ModulePath.of("roberta.encoder.layer.11.attention.self.query"))
        .contains(new ModulePath("roberta.encoder.layer", 11, "attention.self.query"));
    assertThat(ModulePath.of("model.layers.3.experts.2.w1"))
        .contains(new ModulePath("model.layers", 3, "experts.2.w1"));
  }

  @Test
  void pathWithoutALayerIsTold() {
    for (String path : List.of("classifier", "pooler.dense", "layer.3", "w.99999999999.x", "")) {
      assertThat(ModulePath.of(path)).as(path).isEmpty();
    }
  }

  @Test
  void bertHeadingsAreShortAndTellingApart() {
    List<String> suffixes =
        List.of(
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
            "attention.output.dense",
            "intermediate.dense",
            "output.dense");
    assertThat(ModulePath.headings(suffixes).values())
        .containsExactly("query", "key", "value", "attn.out", "inter", "out");
    assertThat(ModulePath.headings(suffixes).keySet()).containsExactlyElementsOf(suffixes);
  }

  @Test
  void llamaHeadingsAreTheLastWords() {
    assertThat(
            ModulePath.headings(List.of("self_attn.q_proj", "mlp.up_proj", "mlp.down_proj"))
                .values())
        .containsExactly("q_proj", "up_proj", "down_proj");
  }

  @Test
  void headingsThatWouldClashStayWhole() {
    assertThat(ModulePath.headings(List.of("a.output", "a.out")).values())
        .containsExactly("a.output", "a.out");
    assertThat(ModulePath.headings(List.of("x.dense", "x")).values())
        .containsExactly("x.dense", "x");
  }

  @Test
  void aModuleThatIsOnlyDenseKeepsItsName() {
    assertThat(ModulePath.headings(List.of("dense")).values()).containsExactly("dense");
  }
}
