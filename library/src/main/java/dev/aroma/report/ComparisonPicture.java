package dev.aroma.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.util.List;

/**
 * The final scores of a comparison against the parameters that were trained, a panel a task, with
 * the standard deviation over seeds as error bars; as PNG and SVG.
 *
 * <p>Needs the JDK's module java.desktop and some font, but no display.
 */
public final class ComparisonPicture {
  /** Pixels of a PNG for each unit of the picture: sharp on today's screens. */
  public static final int SCALE = Drawing.SCALE;

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
    return drawing().png();
  }

  /** The bytes of an SVG. */
  public byte[] svg() {
    return drawing().svg();
  }

  private Drawing drawing() {
    return new Drawing(width(), height(), this::draw);
  }

  private void draw(Graphics2D g) {
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
