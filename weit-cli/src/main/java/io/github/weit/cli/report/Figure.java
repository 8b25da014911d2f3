package io.github.weit.cli.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.GraphicsEnvironment;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A sheet of paper with text, a legend and panels on it. Lengths are logical pixels; the image has
 * {@link #SCALE} each.
 */
final class Figure {
  /** Image pixels a logical pixel, along each side. */
  static final int SCALE = 2;

  /** Where a text stands to its point. */
  enum Align {
    LEFT,
    MIDDLE,
    RIGHT
  }

  /** What a legend shows beside a dot. */
  enum Stroke {
    NONE,
    SOLID,
    DASHED,
    DOTTED;

    BasicStroke of(float width) {
      float[] dash =
          this == DASHED ? new float[] {5, 4} : this == DOTTED ? new float[] {2, 2.5f} : null;
      int cap = dash == null ? BasicStroke.CAP_ROUND : BasicStroke.CAP_BUTT;
      return new BasicStroke(width, cap, BasicStroke.JOIN_ROUND, 10, dash, 0);
    }
  }

  /** An entry of a legend. */
  record Key(String text, Color colour, Dot dot, Stroke stroke, float width) {

    /** A mark alone. */
    static Key mark(String text, Color colour, Dot dot) {
      return new Key(text, colour, dot, Stroke.NONE, 0);
    }

    /** A method's line and mark. */
    static Key method(String text, Style style) {
      return new Key(text, style.colour(), style.dot(4), style.stroke(), style.width());
    }
  }

  private static final String FAMILY = family();

  private final Theme theme;
  private final BufferedImage image;
  private final Graphics2D graphics;

  Figure(Theme theme, int width, int height) {
    this.theme = theme;
    image = new BufferedImage(SCALE * width, SCALE * height, BufferedImage.TYPE_INT_RGB);
    graphics = image.createGraphics();
    graphics.scale(SCALE, SCALE);
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.setColor(theme.paper());
    graphics.fillRect(0, 0, width, height);
  }

  Theme theme() {
    return theme;
  }

  Graphics2D graphics() {
    return graphics;
  }

  static Font font(int style, float size) {
    return new Font(FAMILY, style, 1).deriveFont(style, size);
  }

  /** Text with its middle height at {@code y}. */
  void text(String text, double x, double y, Align align, Font font, Color colour) {
    graphics.setFont(font);
    graphics.setColor(colour);
    double left = x - width(text, font) * align.ordinal() / 2.0;
    graphics.drawString(text, (float) left, (float) (y + 0.36 * font.getSize2D()));
  }

  double width(String text, Font font) {
    return font.getStringBounds(text, graphics.getFontRenderContext()).getWidth();
  }

  /** A title in the first line and what it shows in the second. */
  void title(String title, String shown, double left) {
    text(title, left, 26, Align.LEFT, font(Font.BOLD, 19), theme.ink());
    text(shown, left, 50, Align.LEFT, font(Font.PLAIN, 13), theme.muted());
  }

  void line(double x1, double y1, double x2, double y2, Color colour, float width) {
    graphics.setColor(colour);
    graphics.setStroke(new BasicStroke(width));
    graphics.draw(new Line2D.Double(x1, y1, x2, y2));
  }

  void fill(double x, double y, double width, double height, Color colour) {
    graphics.setColor(colour);
    graphics.fill(new Rectangle2D.Double(x, y, width, height));
  }

  /** Entries side by side, wrapped at {@code right}; the height taken. */
  double legend(List<Key> keys, double left, double y, double right) {
    Font font = font(Font.PLAIN, 13);
    double x = left;
    double row = y;
    for (Key key : keys) {
      double mark = key.stroke() == Stroke.NONE ? 14 : 28;
      double width = mark + 6 + width(key.text(), font);
      if (x > left && x + width > right) {
        x = left;
        row += 22;
      }
      if (key.stroke() != Stroke.NONE) {
        graphics.setColor(key.colour());
        graphics.setStroke(key.stroke().of(key.width()));
        graphics.draw(new Line2D.Double(x, row, x + mark, row));
      }
      graphics.setColor(key.colour());
      key.dot().paint(graphics, x + mark / 2, row, 0);
      text(key.text(), x + mark + 6, row, Align.LEFT, font, theme.ink());
      x += width + 24;
    }
    return row - y + 22;
  }

  byte[] png() {
    graphics.dispose();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    // In memory: a cache file would want a shutdown hook, which a process being stopped refuses.
    try (ImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      ImageIO.write(image, "png", stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static String family() {
    Set<String> there =
        Set.of(GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames());
    return List.of(
            "Inter", "Source Sans 3", "Noto Sans", "Helvetica Neue", "Liberation Sans", "Arial")
        .stream()
        .filter(there::contains)
        .findFirst()
        .orElse(Font.SANS_SERIF);
  }
}
