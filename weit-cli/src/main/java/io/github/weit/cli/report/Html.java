package io.github.weit.cli.report;

import java.util.Base64;

/** Pieces of HTML. Every text that comes from outside passes {@link #escape}. */
final class Html {

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
   * A picture inside the page, on light or on dark paper as the reader's screen is; printed on
   * light.
   */
  static String picture(byte[] light, byte[] dark, String alternative) {
    return "<picture><source media=\"screen and (prefers-color-scheme: dark)\" srcset=\""
        + data(dark)
        + "\"><img src=\""
        + data(light)
        + "\" width=\""
        + side(light, 16) / Figure.SCALE
        + "\" height=\""
        + side(light, 20) / Figure.SCALE
        + "\" alt=\""
        + escape(alternative)
        + "\"></picture>";
  }

  /** A side's length from a PNG's header: width at byte 16, height at 20, big-endian. */
  private static int side(byte[] png, int at) {
    return java.nio.ByteBuffer.wrap(png).getInt(at);
  }

  private static String data(byte[] png) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
  }
}
