package dev.aroma.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostPointTest {
  private static List<String> modules(CostPoint point) {
    return List.of(new Arguments(point.options()).text("--target-modules", "").split(",", -1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "modules | 12,24,36,48,60,72",
        "freeze-lowest | 72,48,24,12,1",
        "freeze-top | 72,48,24,12,1",
        "length | 32,64,128,256,512",
        "batch | 1,2,4,8,16,32,64,128",
        "layers | 2,4,8,12,24",
        "lora-rank | 1,2,4,8,16,32,64"
      })
  void theUsualPointsOfARobertaBase(String series, String values) {
    assertThat(CostPoint.of(series, 12, null))
        .extracting(point -> "" + point.x())
        .containsExactly(values.split(",", -1));
  }

  @Test
  void fewerModulesAreFewerKindsInEveryLayer() {
    CostPoint third = CostPoint.of("modules", 2, null).get(2);
    assertThat(modules(third))
        .containsExactly(
            "layer.0.attention.self.query",
            "layer.1.attention.self.query",
            "layer.0.attention.self.key",
            "layer.1.attention.self.key",
            "layer.0.attention.self.value",
            "layer.1.attention.self.value");
    assertThat(third.modules()).isEqualTo(6);
  }

  @Test
  void whatIsLeftIsAtTheTopOrAtTheBottom() {
    assertThat(modules(CostPoint.of("freeze-lowest", 2, List.of(1)).get(0)))
        .containsExactly("layer.1.output.dense");
    assertThat(modules(CostPoint.of("freeze-top", 2, List.of(2)).get(0)))
        .containsExactly("layer.0.attention.self.query", "layer.0.attention.self.key");
  }

  @Test
  void moreLayersHaveMoreModules() {
    CostPoint point = CostPoint.of("layers", 12, List.of(24)).get(0);
    assertThat(point.layers()).isEqualTo(24);
    assertThat(point.modules()).isEqualTo(144);
    assertThat(point.options()).isEmpty();
  }

  @Test
  void theOtherMethodIsLora() {
    assertThat(CostPoint.of("lora-rank", 12, List.of(16)).get(0).options())
        .containsExactly("--method", "lora", "--rank", "16");
  }

  @Test
  void anUnknownSeriesIsRefused() {
    assertThatThrownBy(() -> CostPoint.of("colour", 12, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found colour");
  }
}
