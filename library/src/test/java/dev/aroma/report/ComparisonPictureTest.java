package dev.aroma.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonPictureTest {
  @TempDir Path dir;

  @BeforeAll
  static void noDisplay() {
    System.setProperty("java.awt.headless", "true");
  }

  private static ComparisonPicture picture(List<CellResult> cells, String... tasks) {
    return new ComparisonPicture(
        "A comparison",
        "final score, mean and standard deviation over seeds 0, 1",
        ComparisonTable.of(cells, 2),
        List.of(tasks),
        List.of("aroma", "lora-r8", "head"));
  }

  private BufferedImage png(ComparisonPicture picture, String name) throws IOException {
    byte[] bytes = picture.png();
    String keep = System.getProperty("aroma.pictures");
    if (keep != null) {
      Files.write(Path.of(keep, name + ".png"), bytes);
      Files.write(Path.of(keep, name + ".svg"), picture.svg());
    }
    return ImageIO.read(new ByteArrayInputStream(bytes));
  }

  @Test
  void pngIsTwiceTheStatedSizeAndShowsEveryMethodInItsColour() throws IOException {
    ComparisonPicture picture = picture(Cells.some(), "mrpc");
    BufferedImage image = png(picture, "one");
    assertThat(image.getWidth()).isEqualTo(2 * picture.width()).isEqualTo(1720);
    assertThat(image.getHeight()).isEqualTo(2 * picture.height());
    for (MethodStyle style : MethodStyle.of(List.of("aroma", "lora-r8", "head"))) {
      assertThat(pixels(image, style.colour().getRGB())).as(style.method()).isGreaterThan(100);
    }
  }

  @Test
  void everyTaskHasItsPanel() throws IOException {
    ComparisonPicture two = picture(Cells.some(), "mrpc", "rte");
    assertThat(two.width()).isEqualTo(1120);
    assertThat(picture(Cells.some(), "a", "b", "mrpc", "rte", "c").width()).isEqualTo(1680);
    BufferedImage image = png(two, "two");
    BufferedImage left = image.getSubimage(0, 0, image.getWidth() / 2, image.getHeight() - 72);
    BufferedImage right = image.getSubimage(left.getWidth(), 0, left.getWidth(), left.getHeight());
    int aroma = MethodStyle.of(List.of("aroma")).get(0).colour().getRGB();
    assertThat(pixels(left, aroma)).isGreaterThan(100);
    assertThat(pixels(right, aroma)).isGreaterThan(100);
  }

  @Test
  void nothingMeasuredAndNothingButHeadsAreDrawnToo() throws IOException {
    assertThat(png(picture(List.of(), "mrpc"), "none")).isNotNull();
    CellResult head = Cells.cell("mrpc", "head", 0, 0.7, 0);
    assertThat(png(picture(List.of(head), "mrpc"), "head")).isNotNull();
    CellResult aroma = Cells.cell("mrpc", "aroma", 0, 0.7, 1000);
    assertThat(png(picture(List.of(aroma), "mrpc"), "aroma")).isNotNull();
  }

  @Test
  void svgIsOneWithItsTitleAndMethodsAsText() {
    String svg = new String(picture(Cells.some(), "mrpc").svg(), StandardCharsets.UTF_8);
    assertThat(svg).contains("<svg").contains("A comparison", "lora-r8");
    assertThat(svg.strip()).endsWith("</svg>");
  }

  @Test
  void manyMethodsWrapInTheLegend() {
    List<String> many = List.of("a".repeat(60), "b".repeat(60), "c".repeat(60), "d");
    ComparisonTable table = ComparisonTable.of(List.of(), 1);
    int one = new ComparisonPicture("t", "s", table, List.of("x"), List.of("a")).height();
    assertThat(new ComparisonPicture("t", "s", table, List.of("x"), many).height())
        .isGreaterThan(one);
  }

  @Test
  void noTwoMethodsLookAlike() {
    List<MethodStyle> styles =
        MethodStyle.of(IntStream.range(0, 20).mapToObj(i -> "m" + i).toList());
    assertThat(styles.stream().map(s -> List.of(s.colour(), s.mark())).distinct()).hasSize(20);
  }

  private static long pixels(BufferedImage image, int rgb) {
    long count = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        count += image.getRGB(x, y) == rgb ? 1 : 0;
      }
    }
    return count;
  }
}
