package dev.aroma.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.util.ArrayList;
import java.util.List;

/** The methods of a picture and their marks, in as many lines as they need. */
final class PictureLegend {
  private static final int LINE = 24;
  private static final int MARK = 10;
  private static final int MARGIN = 20;
  private static final int GAP = 28;

  /** One method and where it stands. */
  private record Item(MethodStyle style, int x, int line) {}

  private final Font font;
  private final List<Item> items = new ArrayList<>();
  private int lines = 1;

  PictureLegend(List<MethodStyle> styles, Font font, int width) {
    this.font = font;
    FontRenderContext context = new FontRenderContext(null, true, true);
    int x = MARGIN;
    for (MethodStyle style : styles) {
      int needed = (int) font.getStringBounds(style.method(), context).getWidth() + MARK + GAP + 6;
      if (x + needed > width - MARGIN && x > MARGIN) {
        x = MARGIN;
        lines++;
      }
      items.add(new Item(style, x, lines - 1));
      x += needed;
    }
  }

  int height() {
    return lines * LINE + 12;
  }

  void draw(Graphics2D g, int top) {
    g.setFont(font);
    for (Item item : items) {
      int middle = top + item.line() * LINE + LINE / 2;
      g.setColor(item.style().colour());
      item.style().mark().paint(g, item.x() + MARK / 2.0, middle, MARK);
      g.setColor(Color.DARK_GRAY);
      g.drawString(item.style().method(), item.x() + MARK + 6, middle + 4);
    }
  }
}
