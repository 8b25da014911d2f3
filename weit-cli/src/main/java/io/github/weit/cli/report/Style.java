package io.github.weit.cli.report;

import java.awt.Color;

/**
 * How a method is drawn everywhere. No two methods share colour and dash, nor colour and mark, so
 * they are told apart without colours too.
 *
 * @param place of the method, see {@link Theme#place}
 * @param colour of line and mark
 * @param stroke of its lines
 * @param width of its lines, logical pixels
 * @param hollow whether marks are outlines
 * @param paper behind hollow marks
 */
record Style(
    int place, Color colour, Figure.Stroke stroke, float width, boolean hollow, Color paper) {
  private static final int SECOND_ROUND = Theme.OTHERS + Theme.COLOURS;

  static Style of(Theme theme, int place) {
    boolean variant = place == Theme.UNFITTED || place == Theme.LONGER;
    boolean second = place >= SECOND_ROUND;
    Figure.Stroke stroke =
        variant ? Figure.Stroke.DASHED : second ? Figure.Stroke.DOTTED : Figure.Stroke.SOLID;
    return new Style(
        place, theme.colour(place), stroke, width(place), variant || second, theme.paper());
  }

  private static float width(int place) {
    return switch (place) {
      case 0 -> 3;
      case 1 -> 2.4f;
      case Theme.UNFITTED, Theme.LONGER -> 1.8f;
      default -> 1.4f;
    };
  }

  /** Whether it is WeiT or scratch, which all others are read against. */
  boolean main() {
    return place < 2;
  }

  /** The mark with the given radius. */
  Dot dot(double radius) {
    return new Dot(place, radius, hollow, paper);
  }

  /** As strong as {@code alpha} of it. */
  Color faded(double alpha) {
    return Theme.fade(colour, alpha);
  }
}
