package io.github.weit.cli.report;

import java.awt.Color;
import java.util.Arrays;
import java.util.List;

/**
 * Colours of a picture. WeiT, scratch and the first others take those of Okabe and Ito (2008),
 * which people with any of the common colour vision deficiencies tell apart; on dark paper the
 * lighter ones of the same set. With ten others, some colours are only near enough to these, so
 * every method has a mark and a dash as well ({@link Style}).
 *
 * @param paper background
 * @param ink titles and numbers
 * @param muted axes and notes
 * @param grid faint lines
 * @param colours weit's first, scratch's second, then the others'
 */
record Theme(Color paper, Color ink, Color muted, Color grid, List<Color> colours) {
  /** The place of WeiT without its fit, in WeiT's colour. */
  static final int UNFITTED = 2;

  /** The place of the longer training from scratch, in scratch's colour. */
  static final int LONGER = 3;

  /** The place of the first other method. */
  static final int OTHERS = 4;

  /** Colours of other methods; they repeat from there on. */
  static final int COLOURS = 8;

  static final Theme LIGHT =
      new Theme(
          new Color(0xFFFFFF),
          new Color(0x1B1F24),
          new Color(0x5B6470),
          new Color(0xE3E6EA),
          colours(
              0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xC98A00, 0x332288, 0x6B6B6B, 0x882255,
              0x3FA7DC, 0x7A7A1F));
  static final Theme DARK =
      new Theme(
          new Color(0x15181C),
          new Color(0xE8EAED),
          new Color(0x9AA4B0),
          new Color(0x2C3238),
          colours(
              0x56B4E9, 0xF08A3C, 0x2FC79C, 0xE39BC5, 0xF0E442, 0xA79BF0, 0xB0B0B0, 0xD46A92,
              0x8FD3F4, 0xBDBD5A));

  /** The colour of the method at {@code place} in {@link #place}'s counting. */
  Color colour(int place) {
    return switch (place) {
      case UNFITTED -> colours.get(0);
      case LONGER -> colours.get(1);
      default -> place < 2 ? colours.get(place) : colours.get(2 + (place - OTHERS) % COLOURS);
    };
  }

  /** How a method is drawn among {@code methods}. */
  Style style(String method, List<String> methods) {
    return Style.of(this, place(method, methods));
  }

  /**
   * Which style a method has: 0 for weit, 1 for scratch, two for their variants, then the others in
   * their order.
   */
  static int place(String method, List<String> methods) {
    return switch (method) {
      case Methods.WEIT -> 0;
      case Methods.SCRATCH -> 1;
      case Methods.UNFITTED -> UNFITTED;
      case Methods.SCRATCH_LONG -> LONGER;
      default -> OTHERS + methods.stream().filter(Methods::rival).toList().indexOf(method);
    };
  }

  /** A broad line behind others: a quarter muted ink, the rest paper. */
  Color band() {
    return new Color(
        (3 * paper.getRed() + muted.getRed()) / 4,
        (3 * paper.getGreen() + muted.getGreen()) / 4,
        (3 * paper.getBlue() + muted.getBlue()) / 4);
  }

  /** {@code #rrggbb}. */
  static String css(Color colour) {
    return Numbers.format("#%06x", colour.getRGB() & 0xFFFFFF);
  }

  static Color fade(Color colour, double alpha) {
    return new Color(
        colour.getRed(), colour.getGreen(), colour.getBlue(), (int) Math.round(255 * alpha));
  }

  private static List<Color> colours(int... rgb) {
    return Arrays.stream(rgb).mapToObj(Color::new).toList();
  }
}
