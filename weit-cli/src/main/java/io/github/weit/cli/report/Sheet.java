package io.github.weit.cli.report;

/**
 * Where a picture is to stand.
 *
 * @param titled with a title of its own
 * @param width in logical pixels
 * @param inset margin at the left and right
 */
record Sheet(boolean titled, int width, int inset) {
  /** A file, for a README or a slide. */
  static final Sheet ALONE = new Sheet(true, 760, 24);

  /** In a page, under a heading. */
  static final Sheet PAGE = new Sheet(false, 737, 1);

  /** The same on a narrow screen. */
  static final Sheet NARROW = new Sheet(false, 400, 1);
}
