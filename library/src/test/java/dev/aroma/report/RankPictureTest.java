package dev.aroma.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aroma.input.InputException;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RankPictureTest {
  private static final String[] MATRICES = {
    "attention.self.query", "attention.self.key", "attention.output.dense", "output.dense"
  };

  @TempDir Path dir;

  @BeforeAll
  static void noDisplay() {
    System.setProperty("java.awt.headless", "true");
  }

  private static RankPicture picture(int layers, String... others) {
    Map<String, Integer> ranks = new LinkedHashMap<>();
    Map<String, Double> effective = new LinkedHashMap<>();
    for (int layer = 0; layer < layers; layer++) {
      for (int i = 0; i < MATRICES.length; i++) {
        String module = "encoder.layer.%d.%s".formatted(layer, MATRICES[i]);
        ranks.put(module, (layer * 3 + i * 5) % 9);
        effective.put(module, ranks.get(module) * 0.9);
      }
    }
    for (String other : others) {
      ranks.put(other, 8);
    }
    return new RankPicture("a run", ranks, effective);
  }

  private Path written(RankPicture picture, String name) {
    String keep = System.getProperty("aroma.pictures");
    Path file = (keep == null ? dir : Path.of(keep)).resolve(name);
    picture.write(file);
    return file;
  }

  private static long pixels(BufferedImage image, Color colour) {
    long count = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        count += image.getRGB(x, y) == colour.getRGB() ? 1 : 0;
      }
    }
    return count;
  }

  @Test
  void pngIsTwiceTheStatedSizeAndTheHighestRankTheDeepest() throws IOException {
    RankPicture picture = picture(12);
    BufferedImage image = ImageIO.read(written(picture, "ranks.PNG").toFile());
    assertThat(image.getWidth()).isEqualTo(2 * picture.width());
    assertThat(image.getHeight()).isEqualTo(2 * picture.height());
    assertThat(pixels(image, new Color(0x0B4F6C))).as("rank 8").isGreaterThan(5_000);
    assertThat(pixels(image, new Color(0xEEF4F7))).as("rank 0").isGreaterThan(5_000);
  }

  @Test
  void svgHasAxesRanksAndTotalsAsText() throws IOException {
    String svg = Files.readString(written(picture(12, "pooler.dense"), "ranks.svg"));
    assertThat(svg)
        .contains("<svg", ">a run<", ">layer<", ">matrix<", ">query<", ">attn.out<", ">11<")
        .contains(">7.2<", ">rank 0<", "in 49 modules", "pooler.dense  8");
    assertThat(svg.strip()).endsWith("</svg>");
  }

  @Test
  void moreLayersMakeItWiderAndModulesWithoutALayerHigher() {
    assertThat(picture(32).width()).isGreaterThan(picture(12).width());
    assertThat(picture(2, "a", "b").height()).isEqualTo(picture(2).height() + 40);
    assertThat(new RankPicture("t", Map.of("classifier", 0), Map.of()).png()).isNotEmpty();
  }

  @Test
  void unknownEndingIsRefusedBeforeAnythingIsWritten() {
    for (String name : new String[] {"ranks.jpg", "ranks", "png"}) {
      assertThatThrownBy(() -> picture(1).write(dir.resolve(name)))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(".png or .svg", name)
          .hasMessageContaining("#inspect-image");
    }
    assertThat(dir).isEmptyDirectory();
  }
}
