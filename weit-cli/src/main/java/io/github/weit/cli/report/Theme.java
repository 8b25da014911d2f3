package io.github.weit.cli.report;

import java.awt.Color;
import java.util.List;

/**
 * Colours of a picture. Methods take those of Okabe and Ito (2008), which people with any of the
 * common colour vision deficiencies tell apart; on dark paper the lighter ones of the same set.
 * Every method has a shape as well.
 *
 * @param paper background
 * @param ink titles and numbers
 * @param muted axes and notes
 * @param grid faint lines
 * @param colours of methods, weit's first, scratch's second
 */
record Theme(Color paper, Color ink, Color muted, Color grid, List<Color> colours) {
  static final Theme LIGHT =
      new Theme(
          new Color(0xFFFFFF),
          new Color(0x1B1F24),
          new Color(0x5B6470),
          new Color(0xE3E6EA),
          colours(0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x6B6B6B));
  static final Theme DARK =
      new Theme(
          new Color(0x15181C),
          new Color(0xE8EAED),
          new Color(0x9AA4B0),
          new Color(0x2C3238),
          colours(0x56B4E9, 0xE69F00, 0x2FC79C, 0xE39BC5, 0xF0E442, 0x4C8FD0, 0xB0B0B0));

  /** The colour of the method at {@code place} in {@link #place}'s counting. */
  Color colour(int place) {
    return colours.get(place % colours.size());
  }

  /**
   * Which colour and shape a method has: 0 for weit, 1 for scratch, then the others in their order.
   */
  static int place(String method, List<String> methods) {
    return switch (method) {
      case Methods.WEIT -> 0;
      case Methods.SCRATCH -> 1;
      default ->
          2
              + methods.stream()
                  .filter(m -> !m.equals(Methods.WEIT) && !m.equals(Methods.SCRATCH))
                  .toList()
                  .indexOf(method);
    };
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
    return java.util.Arrays.stream(rgb).mapToObj(Color::new).toList();
  }
}
