package dev.aroma.report;

import de.erichseifert.vectorgraphics2d.Document;
import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * The final scores of a comparison against the parameters that were trained, a panel a task, with
 * the standard deviation over seeds as error bars; as PNG and SVG.
 *
 * <p>Needs the JDK's module java.desktop and some font, but no display.
 */
public final class ComparisonPicture {
  /** Pixels of a PNG for each unit of the picture: sharp on today's screens. */
  public static final int SCALE = 2;

  private static final int TITLE = 56;
  private static final Font BIG = new Font(Font.SANS_SERIF, Font.BOLD, 17);
  private static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

  private final String title;
  private final String subtitle;
  private final List<ScorePanel> panels;
  private final PictureLegend legend;
  private final int columns;
  private final int panelWidth;
  private final int panelHeight;

  /**
   * @param title above everything
   * @param subtitle a line below it: what the error bars mean
   * @param tasks in their order, a panel each
   * @param methods in their order; a method has one colour in all panels
   */
  public ComparisonPicture(
      String title,
      String subtitle,
      ComparisonTable table,
      List<String> tasks,
      List<String> methods) {
    this.title = title;
    this.subtitle = subtitle;
    List<MethodStyle> styles = MethodStyle.of(methods);
    this.panels = tasks.stream().map(task -> ScorePanel.of(task, table, styles)).toList();
    this.columns = tasks.size() == 1 ? 1 : tasks.size() <= 4 ? 2 : 3;
    this.panelWidth = tasks.size() == 1 ? 860 : 560;
    this.panelHeight = tasks.size() == 1 ? 520 : 400;
    this.legend = new PictureLegend(styles, SMALL, width());
  }

  /** Width in units; a PNG has {@link #SCALE} times as many pixels. */
  public int width() {
    return columns * panelWidth;
  }

  /** Height in units. */
  public int height() {
    int rows = (panels.size() + columns - 1) / columns;
    return TITLE + rows * panelHeight + legend.height();
  }

  /** The bytes of a PNG of {@link #SCALE} times the size. */
  public byte[] png() {
    BufferedImage image =
        new BufferedImage(SCALE * width(), SCALE * height(), BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.scale(SCALE, SCALE);
    draw(g);
    g.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  /** The bytes of an SVG. */
  public byte[] svg() {
    VectorGraphics2D g = new VectorGraphics2D();
    draw(g);
    Document document =
        Processors.get("svg").getDocument(g.getCommands(), new PageSize(width(), height()));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      document.writeTo(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  private void draw(Graphics2D g) {
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, width(), height());
    g.setColor(Color.DARK_GRAY);
    g.setFont(BIG);
    g.drawString(title, 20, 28);
    g.setFont(SMALL);
    g.drawString(subtitle, 20, 47);
    for (int i = 0; i < panels.size(); i++) {
      int x = i % columns * panelWidth;
      int y = TITLE + i / columns * panelHeight;
      g.translate(x, y);
      panels.get(i).draw(g, panelWidth, panelHeight);
      g.translate(-x, -y);
    }
    legend.draw(g, height() - legend.height());
  }
}
