package io.github.weit.cli.report;

import java.util.Base64;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

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
   * A picture inside the page, on light or dark paper as the reader's screen is, on light in print.
   * The page's style shows one of the two; a picture element would keep the dark one in print.
   */
  static String picture(Function<Theme, byte[]> draw, String alternative) {
    return image("day", draw.apply(Theme.LIGHT), alternative)
        + image("night", draw.apply(Theme.DARK), alternative);
  }

  /** The same with a narrow form for narrow screens. */
  static String picture(BiFunction<Theme, Sheet, byte[]> draw, String alternative) {
    return image("day page", draw.apply(Theme.LIGHT, Sheet.PAGE), alternative)
        + image("day narrow", draw.apply(Theme.LIGHT, Sheet.NARROW), alternative)
        + image("night page", draw.apply(Theme.DARK, Sheet.PAGE), alternative)
        + image("night narrow", draw.apply(Theme.DARK, Sheet.NARROW), alternative);
  }

  private static String image(String kind, byte[] png, String alternative) {
    return Numbers.format(
        "<img class=\"%s\" src=\"data:image/png;base64,%s\" width=\"%d\" height=\"%d\""
            + " alt=\"%s\">%n",
        kind,
        Base64.getEncoder().encodeToString(png),
        side(png, 16) / Figure.SCALE,
        side(png, 20) / Figure.SCALE,
        escape(alternative));
  }

  /** A side's length from a PNG's header: width at byte 16, height at 20, big-endian. */
  private static int side(byte[] png, int at) {
    return java.nio.ByteBuffer.wrap(png).getInt(at);
  }

  /** A part of the page under a heading. */
  static String section(String title, String body) {
    return "<section>\n" + text("h2", title) + body + "</section>\n";
  }

  /** Sentences as a list. */
  static String list(List<String> sentences) {
    return "<ul class=\"points\">\n"
        + String.join("", sentences.stream().map(s -> text("li", s)).toList())
        + "</ul>\n";
  }

  /** A method's name behind its colour. */
  static String method(Summary summary, String method) {
    return swatch(Theme.place(method, summary.methods())) + escape(summary.label(method));
  }

  /** A method's colour in front of its name. */
  static String swatch(int place) {
    return "<span class=\"swatch m" + place + "\"></span>";
  }
}
