package dev.aroma.report;

import dev.aroma.input.InputException;
import dev.aroma.io.AtomicFile;
import java.awt.AWTError;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The ranks of all modules as a map, as PNG and SVG: layers across, matrices down, as in the AROMA
 * paper's figures 3 and 5. A cell is shaded by its rank and holds the rank and, below it, the
 * effective rank. Modules without a layer are listed under the map.
 */
public final class RankPicture {
  private static final String PNG = ".png";
  private static final List<String> ENDINGS = List.of(PNG, ".svg");

  private static final int CELL_WIDTH = 46;
  private static final int CELL_HEIGHT = 42;
  private static final int MARGIN = 20;
  private static final int TOP = 62;
  private static final int BELOW = 92;
  private static final int LINE = 20;
  private static final int BAR = 150;
  private static final int LEAST_WIDTH = 560;

  private static final Font BIG = new Font(Font.SANS_SERIF, Font.BOLD, 17);
  private static final Font BOLD = new Font(Font.SANS_SERIF, Font.BOLD, 14);
  private static final Font PLAIN = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  private static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 10);
  private static final Color PALE = new Color(0xEEF4F7);
  private static final Color DEEP = new Color(0x0B4F6C);
  private static final Color RULE = new Color(0xC9D3D9);
  private static final Color DARK = new Color(0x22303A);

  private final String title;
  private final Map<String, Integer> ranks;
  private final Map<String, Double> effective;
  private final RankLayout layout;
  private final int left; // where the cells begin
  private final int highest;

  /**
   * @param title above everything
   * @param ranks by module path; one at least
   * @param effective effective ranks by module path; may lack some or all
   */
  public RankPicture(String title, Map<String, Integer> ranks, Map<String, Double> effective) {
    this.title = title;
    this.ranks = new LinkedHashMap<>(ranks);
    this.effective = new LinkedHashMap<>(effective);
    this.layout = RankLayout.of(ranks.keySet());
    this.highest = Math.max(1, Collections.max(ranks.values()));
    int longest = layout.headings().values().stream().mapToInt(String::length).max().orElse(0);
    this.left = 2 * MARGIN + 24 + 8 * longest;
  }

  /** Width in units; a PNG has twice as many pixels. */
  public int width() {
    return Math.max(LEAST_WIDTH, left + layout.rows().size() * CELL_WIDTH + 2 * MARGIN);
  }

  /** Height in units. */
  public int height() {
    return TOP + layout.headings().size() * CELL_HEIGHT + BELOW + layout.others().size() * LINE;
  }

  /** The bytes of a PNG. */
  public byte[] png() {
    return new Drawing(width(), height(), this::draw).png();
  }

  /** The bytes of an SVG. */
  public byte[] svg() {
    return new Drawing(width(), height(), this::draw).svg();
  }

  private void draw(Graphics2D g) {
    g.setColor(DARK);
    g.setFont(BIG);
    g.drawString(title, MARGIN, 30);
    g.setFont(PLAIN);
    int total = ranks.values().stream().mapToInt(Integer::intValue).sum();
    g.drawString(
        "total rank %d in %d modules; in a cell the rank, below it the effective rank"
            .formatted(total, ranks.size()),
        MARGIN,
        49);
    if (!layout.rows().isEmpty()) {
      cells(g);
      axes(g);
    }
    scale(g, TOP + layout.headings().size() * CELL_HEIGHT + 52);
    others(g);
  }

  private void cells(Graphics2D g) {
    List<String> suffixes = new ArrayList<>(layout.headings().keySet());
    int x = left;
    for (Map<String, String> row : layout.rows().values()) {
      for (int i = 0; i < suffixes.size(); i++) {
        String module = row.get(suffixes.get(i));
        if (module != null) {
          cell(g, module, x, TOP + i * CELL_HEIGHT);
        }
      }
      x += CELL_WIDTH;
    }
  }

  private void cell(Graphics2D g, String module, int x, int y) {
    int rank = ranks.get(module);
    g.setColor(shade(rank));
    g.fillRect(x, y, CELL_WIDTH - 2, CELL_HEIGHT - 2);
    g.setColor(2 * rank > highest ? Color.WHITE : DARK);
    int middle = x + CELL_WIDTH / 2 - 1;
    Double part = effective.get(module);
    centred(g, BOLD, String.valueOf(rank), middle, part == null ? y + 25 : y + 18);
    if (part != null) {
      centred(g, SMALL, String.format(Locale.ROOT, "%.1f", part), middle, y + 33);
    }
  }

  private void axes(Graphics2D g) {
    g.setColor(DARK);
    int y = TOP;
    g.setFont(PLAIN);
    for (String heading : layout.headings().values()) {
      int wide = (int) PLAIN.getStringBounds(heading, g.getFontRenderContext()).getWidth();
      g.drawString(heading, left - 8 - wide, y + CELL_HEIGHT / 2 + 3);
      y += CELL_HEIGHT;
    }
    int x = left;
    for (String layer : layout.rows().keySet()) {
      centred(g, PLAIN, layer, x + CELL_WIDTH / 2 - 1, y + 14);
      x += CELL_WIDTH;
    }
    centred(g, PLAIN, "layer", (left + x) / 2, y + 32);
    AffineTransform before = g.getTransform();
    g.rotate(-Math.PI / 2, MARGIN + 6, (TOP + y) / 2.0);
    centred(g, PLAIN, "matrix", MARGIN + 6, (TOP + y) / 2 + 4);
    g.setTransform(before);
  }

  /** What the shades mean. */
  private void scale(Graphics2D g, int y) {
    int steps = Math.min(highest, 30);
    for (int i = 0; i <= steps; i++) {
      g.setColor(shade(i * highest / steps));
      int from = left + i * BAR / (steps + 1);
      g.fillRect(from, y, left + (i + 1) * BAR / (steps + 1) - from, 12);
    }
    g.setColor(RULE);
    g.drawRect(left, y, BAR, 12);
    g.setColor(DARK);
    g.setFont(PLAIN);
    g.drawString("rank 0", left - 48, y + 11);
    g.drawString(String.valueOf(highest), left + BAR + 8, y + 11);
  }

  private void others(Graphics2D g) {
    g.setColor(DARK);
    g.setFont(PLAIN);
    int y = height() - layout.others().size() * LINE + 2;
    for (String module : layout.others()) {
      Double part = effective.get(module);
      String of = part == null ? "" : String.format(Locale.ROOT, " (%.1f)", part);
      g.drawString(module + "  " + ranks.get(module) + of, MARGIN, y);
      y += LINE;
    }
  }

  private Color shade(int rank) {
    double share = (double) rank / highest;
    return new Color(
        mix(PALE.getRed(), DEEP.getRed(), share),
        mix(PALE.getGreen(), DEEP.getGreen(), share),
        mix(PALE.getBlue(), DEEP.getBlue(), share));
  }

  private static int mix(int from, int to, double share) {
    return (int) Math.round(from + share * (to - from));
  }

  private static void centred(Graphics2D g, Font font, String text, int x, int y) {
    double wide = font.getStringBounds(text, g.getFontRenderContext()).getWidth();
    g.setFont(font);
    g.drawString(text, (float) (x - wide / 2), y);
  }

  /**
   * Refuses a file that {@link #write} would not know how to write.
   *
   * @throws InputException if its name ends in neither .png nor .svg
   */
  public static void check(Path file) {
    if (!ENDINGS.contains(ending(file))) {
      throw new InputException(
          "Expected a file that ends in .png or .svg for the rank map, found %s.".formatted(file),
          "Give such a name, for example ranks.svg.",
          "inspect-image");
    }
  }

  private static String ending(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.substring(Math.max(0, name.lastIndexOf('.')));
  }

  /**
   * Writes the picture, as what the file's ending says.
   *
   * @throws InputException if the ending is unknown, this Java cannot draw, or the file cannot be
   *     written
   */
  public void write(Path file) {
    check(file);
    byte[] content;
    try {
      content = ending(file).equals(PNG) ? png() : svg();
    } catch (RuntimeException | LinkageError | InternalError | AWTError e) {
      throw new InputException(
          "Cannot draw %s: this Java cannot draw (%s).".formatted(file, e),
          "Use a Java with the module java.desktop, and install a font.",
          "inspect-image",
          e);
    }
    AtomicFile.writeBytes(file, content);
  }
}
