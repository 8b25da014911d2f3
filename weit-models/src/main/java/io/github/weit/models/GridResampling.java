package io.github.weit.models;

/**
 * Bicubic resampling of a square grid as a linear map, antialiased where it shrinks. Along one side
 * of {@code old} cells, cell i of {@code size} has its centre at
 *
 * <pre>  c = (i + 1/2) r,    r = old / size,</pre>
 *
 * <p>and is the mean of the old cells j with weights {@code k((j + 1/2 - c) / max(r, 1))}, divided
 * by their sum, where k is the cubic kernel of Keys (1981) with a = -1/2, which is 0 from a
 * distance of 2 on. Cells outside of the grid have no weight. PyTorch's {@code
 * interpolate(mode="bicubic", antialias=True)} and so timm's {@code resample_abs_pos_embed} are the
 * same.
 */
final class GridResampling {

  private static final double SHARPNESS = -0.5;
  private static final double SUPPORT = 2;

  private GridResampling() {}

  /**
   * The map of a grid, of which tokens that belong to no place come first and are kept.
   *
   * @param first tokens before the grid
   * @return {@code (first + size^2, first + old^2)}
   */
  static double[][] grid(int first, int old, int size) {
    double[][] side = side(old, size);
    double[][] rows = new double[first + size * size][first + old * old];
    for (int i = 0; i < first; i++) {
      rows[i][i] = 1;
    }
    for (int i = 0; i < size * size; i++) {
      for (int j = 0; j < old * old; j++) {
        rows[first + i][first + j] = side[i / size][j / old] * side[i % size][j % old];
      }
    }
    return rows;
  }

  /** The map of one side, {@code (size, old)}. */
  static double[][] side(int old, int size) {
    double ratio = (double) old / size;
    double stretch = Math.max(ratio, 1);
    double[][] rows = new double[size][old];
    for (int i = 0; i < size; i++) {
      double centre = (i + 0.5) * ratio;
      double sum = 0;
      for (int j = 0; j < old; j++) {
        rows[i][j] = kernel((j + 0.5 - centre) / stretch);
        sum += rows[i][j];
      }
      for (int j = 0; j < old; j++) {
        rows[i][j] /= sum;
      }
    }
    return rows;
  }

  private static double kernel(double distance) {
    double x = Math.abs(distance);
    double a = SHARPNESS;
    if (x < 1) {
      return ((a + 2) * x - (a + 3)) * x * x + 1;
    }
    return x < SUPPORT ? (((x - 5) * x + 8) * x - 4) * a : 0;
  }
}
