package io.github.weit.cli.report;

import java.util.Base64;
import java.util.function.BiFunction;

/** Pieces of HTML. Every text that comes from outside passes {@link #escape}. */
final class Html {

  private static final String DARK = "screen and (prefers-color-scheme: dark)";
  private static final String NARROW = "(max-width: 560px)";

  private Html() {}

  /** Text for an element or a quoted attribute; a per cent sign stays with its number. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;")
        .replace(" %", "&nbsp;%");
  }

  /** An element with text in it. */
  static String text(String tag, String text) {
    return "<" + tag + ">" + escape(text) + "</" + tag + ">\n";
  }

  /**
   * A picture inside the page, on light or dark paper as the reader's screen is; printed on light.
   */
  static String picture(byte[] light, byte[] dark, String alternative) {
    return "<picture>" + source(DARK, dark) + image(light, alternative) + "</picture>";
  }

  /** The same with a narrow form for narrow screens. */
  static String picture(BiFunction<Theme, Sheet, byte[]> draw, String alternative) {
    return "<picture>"
        + source(DARK + " and " + NARROW, draw.apply(Theme.DARK, Sheet.NARROW))
        + source(DARK, draw.apply(Theme.DARK, Sheet.PAGE))
        + source("screen and " + NARROW, draw.apply(Theme.LIGHT, Sheet.NARROW))
        + image(draw.apply(Theme.LIGHT, Sheet.PAGE), alternative)
        + "</picture>";
  }

  private static String source(String media, byte[] png) {
    return "<source media=\"" + media + "\" srcset=\"" + data(png) + "\"" + sides(png) + ">";
  }

  private static String image(byte[] png, String alternative) {
    return "<img src=\"" + data(png) + "\"" + sides(png) + " alt=\"" + escape(alternative) + "\">";
  }

  private static String sides(byte[] png) {
    return Numbers.format(
        " width=\"%d\" height=\"%d\"", side(png, 16) / Figure.SCALE, side(png, 20) / Figure.SCALE);
  }

  /** A side's length from a PNG's header: width at byte 16, height at 20, big-endian. */
  private static int side(byte[] png, int at) {
    return java.nio.ByteBuffer.wrap(png).getInt(at);
  }

  private static String data(byte[] png) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
  }
}
