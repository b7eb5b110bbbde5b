package dev.aroma.report;

import de.erichseifert.vectorgraphics2d.Document;
import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import javax.imageio.ImageIO;

/**
 * Something drawn on white, as the bytes of a PNG or an SVG.
 *
 * <p>Needs the JDK's module java.desktop and some font, but no display.
 *
 * @param width in units
 * @param height in units
 * @param content draws it
 */
public record Drawing(int width, int height, Consumer<Graphics2D> content) {
  /** Pixels of a PNG for each unit: sharp on today's screens. */
  public static final int SCALE = 2;

  /** The bytes of a PNG of {@link #SCALE} times the size. */
  public byte[] png() {
    BufferedImage image =
        new BufferedImage(SCALE * width, SCALE * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.scale(SCALE, SCALE);
    draw(g);
    g.dispose();
    return bytes(out -> ImageIO.write(image, "png", out));
  }

  /** The bytes of an SVG. */
  public byte[] svg() {
    VectorGraphics2D g = new VectorGraphics2D();
    draw(g);
    Document document =
        Processors.get("svg").getDocument(g.getCommands(), new PageSize(width, height));
    return bytes(document::writeTo);
  }

  private void draw(Graphics2D g) {
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, width, height);
    content.accept(g);
  }

  private interface Encoder {
    void writeTo(ByteArrayOutputStream out) throws IOException;
  }

  private static byte[] bytes(Encoder encoder) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      encoder.writeTo(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }
}
