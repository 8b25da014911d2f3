package io.github.weit.templates;

import java.util.stream.IntStream;

/**
 * Singular values and right vectors of a small matrix by one-sided Jacobi rotations, straight from
 * the definition: columns are turned in pairs until all are orthogonal; their lengths are the
 * singular values. Slow, simple, and without anything of LAPACK.
 */
final class Jacobi {

  private final double[][] columns; // of M V
  private final double[][] vectors; // columns of V
  private final int[] order;

  Jacobi(double[][] matrix) {
    int rows = matrix.length;
    int count = matrix[0].length;
    columns = new double[count][rows];
    vectors = new double[count][count];
    for (int c = 0; c < count; c++) {
      vectors[c][c] = 1;
      for (int r = 0; r < rows; r++) {
        columns[c][r] = matrix[r][c];
      }
    }
    boolean turned = true;
    for (int sweep = 0; turned && sweep < 100; sweep++) {
      turned = false;
      for (int i = 0; i < count; i++) {
        for (int j = i + 1; j < count; j++) {
          turned |= turn(i, j);
        }
      }
    }
    order =
        IntStream.range(0, count)
            .boxed()
            .sorted((a, b) -> Double.compare(length(columns[b]), length(columns[a])))
            .mapToInt(Integer::intValue)
            .toArray();
  }

  private boolean turn(int i, int j) {
    double product = dot(columns[i], columns[j]);
    double a = dot(columns[i], columns[i]);
    double b = dot(columns[j], columns[j]);
    if (Math.abs(product) <= 1e-15 * Math.sqrt(a * b) || product == 0) {
      return false;
    }
    double zeta = (b - a) / (2 * product);
    double tangent = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
    double cosine = 1 / Math.sqrt(1 + tangent * tangent);
    rotate(columns[i], columns[j], cosine, cosine * tangent);
    rotate(vectors[i], vectors[j], cosine, cosine * tangent);
    return true;
  }

  private static void rotate(double[] x, double[] y, double cosine, double sine) {
    for (int k = 0; k < x.length; k++) {
      double old = x[k];
      x[k] = cosine * old - sine * y[k];
      y[k] = sine * old + cosine * y[k];
    }
  }

  /** All singular values, from the largest. */
  double[] singular() {
    double[] values = new double[order.length];
    for (int t = 0; t < values.length; t++) {
      values[t] = length(columns[order[t]]);
    }
    return values;
  }

  /** The nearest matrix of a rank: sum over the first terms of (M v) v^T. */
  double[][] nearest(int terms) {
    double[][] nearest = new double[columns[0].length][columns.length];
    for (int t = 0; t < Math.min(terms, order.length); t++) {
      for (int r = 0; r < nearest.length; r++) {
        for (int c = 0; c < nearest[0].length; c++) {
          nearest[r][c] += columns[order[t]][r] * vectors[order[t]][c];
        }
      }
    }
    return nearest;
  }

  private static double length(double[] x) {
    return Math.sqrt(dot(x, x));
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int k = 0; k < x.length; k++) {
      sum += x[k] * y[k];
    }
    return sum;
  }
}
