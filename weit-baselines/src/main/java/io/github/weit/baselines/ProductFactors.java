package io.github.weit.baselines;

import io.github.weit.core.Seed;
import io.github.weit.templates.Svd;
import java.util.random.RandomGenerator;

/**
 * Two matrices whose product is near a given one, and which are equally large: with M = U S V^T,
 *
 * <pre>  left = U sqrt(S),   right = V sqrt(S),   left right^T = M to its best rank</pre>
 *
 * @param width D
 * @param rank columns of both, fewer where M has fewer singular values above rounding
 * @param left {@code (D, rank)}, row-major
 * @param right {@code (D, rank)}, row-major
 */
record ProductFactors(int width, int rank, double[] left, double[] right) {

  /** Factors of {@code noise Z + diagonal I}, Z drawn with variance 1/D. */
  static ProductFactors drawn(int width, double noise, double diagonal, int rank, Seed seed) {
    return of(target(width, noise, diagonal, seed), width, rank);
  }

  /** {@code noise Z + diagonal I}, {@code (D, D)} row-major. */
  static double[] target(int width, double noise, double diagonal, Seed seed) {
    RandomGenerator random = seed.generator();
    double[] matrix = new double[width * width];
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = noise / Math.sqrt(width) * random.nextGaussian();
    }
    for (int i = 0; i < width; i++) {
      matrix[i * width + i] += diagonal;
    }
    return matrix;
  }

  /** Factors of a square matrix. */
  static ProductFactors of(double[] matrix, int width, int rank) {
    Svd svd = Svd.of(matrix, width, width, rank);
    int kept = svd.rank();
    double[] left = new double[width * kept];
    double[] right = new double[width * kept];
    for (int t = 0; t < kept; t++) {
      double root = Math.sqrt(svd.singular()[t]);
      for (int i = 0; i < width; i++) {
        left[i * kept + t] = svd.left()[i * kept + t] / root;
        right[i * kept + t] = svd.right()[t * width + i] * root;
      }
    }
    return new ProductFactors(width, kept, left, right);
  }

  /**
   * Makes them a head's queries and keys.
   *
   * @param packed {@code (3 D, D)}: rows are features produced, queries first, then keys
   * @param head whose rows begin at head * rank
   */
  void writeQueryAndKey(double[] packed, int head) {
    writeRows(left, packed, head * rank);
    writeRows(right, packed, width + head * rank);
  }

  /** Makes {@link #left} the values: the last D rows of {@code packed (3 D, D)}. */
  void writeValue(double[] packed) {
    writeRows(left, packed, 2 * width);
  }

  /** {@link #right}^T as a dense layer's weight {@code (out, in)}: right itself, padded with 0. */
  double[] projection() {
    double[] weight = new double[width * width];
    for (int out = 0; out < width; out++) {
      System.arraycopy(right, out * rank, weight, out * width, rank);
    }
    return weight;
  }

  /** A dense layer's weight {@code (out, in)} is the transpose of a factor {@code (in, out)}. */
  private void writeRows(double[] factor, double[] packed, int firstRow) {
    for (int t = 0; t < rank; t++) {
      for (int i = 0; i < width; i++) {
        packed[(firstRow + t) * width + i] = factor[i * rank + t];
      }
    }
  }
}
