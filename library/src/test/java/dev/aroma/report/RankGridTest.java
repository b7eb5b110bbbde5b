package dev.aroma.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RankGridTest {
  private static final String QUERY = "bert.encoder.layer.%d.attention.self.query";
  private static final String OUT = "bert.encoder.layer.%d.output.dense";

  private static Map<String, Integer> ranks() {
    Map<String, Integer> ranks = new LinkedHashMap<>();
    ranks.put(QUERY.formatted(0), 4);
    ranks.put(OUT.formatted(0), 0);
    ranks.put(QUERY.formatted(10), 12);
    ranks.put("bert.pooler.dense", 2);
    ranks.put(QUERY.formatted(2), 1);
    return ranks;
  }

  private static Map<String, Double> effective() {
    return Map.of(QUERY.formatted(0), 3.24, QUERY.formatted(10), 8.0, "bert.pooler.dense", 1.96);
  }

  @Test
  void layersGoDownAndMatricesAcross() {
    assertThat(new RankGrid(ranks(), effective()).render(false, false))
        .isEqualTo(
            """
            layer     query  out    sum
                0   4 (3.2)    0      4
                2         1    -      1
               10  12 (8.0)    -     12
              sum        17    0     17
            bert.pooler.dense  2 (2.0)
            total rank 19 in 5 modules
            """);
  }

  @Test
  void unicodeHasItsOwnSigns() {
    assertThat(new RankGrid(ranks(), effective()).render(true, false))
        .contains("Σ")
        .contains("·")
        .doesNotContain("sum");
  }

  @Test
  void shadingFollowsTheRankAndLeavesTheTextAsItIs() {
    RankGrid grid = new RankGrid(ranks(), effective());
    String shaded = grid.render(true, true);
    assertThat(shaded.replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(grid.render(true, false));
    assertThat(shaded)
        .contains("\u001b[48;5;47;38;5;0m12 (8.0)\u001b[0m")
        .contains("\u001b[48;5;23;38;5;15m       1\u001b[0m")
        .contains("\u001b[48;5;29;38;5;15m 4 (3.2)\u001b[0m")
        .doesNotContain("m  0\u001b");
  }

  @Test
  void severalStacksAreToldApart() {
    assertThat(
            new RankGrid(Map.of("encoder.layer.0.q", 1, "decoder.layer.0.q", 2), Map.of())
                .render(false, false))
        .contains("encoder.layer.0  1")
        .contains("decoder.layer.0  2");
  }

  @Test
  void modulesWithoutLayersAreListed() {
    assertThat(new RankGrid(Map.of("classifier", 3), Map.of()).render(false, false))
        .isEqualTo("classifier  3\ntotal rank 3 in 1 modules\n");
  }

  @Test
  void nothingAdaptedIsSaid() {
    assertThat(new RankGrid(Map.of(), Map.of()).render(true, true))
        .isEqualTo("no adapted modules\n");
  }
}
