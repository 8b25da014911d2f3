package io.github.weit.templates;

import io.github.weit.core.WeitException;
import io.github.weit.core.engine.WeitEngine;
import org.nd4j.linalg.api.blas.BlasException;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A truncated singular value decomposition in float64 on the host,
 *
 * <pre>  M = sum_t sigma_t u_t v_t^T,   sigma_1 >= sigma_2 >= ...</pre>
 *
 * by LAPACK's {@code gesvd}, which ND4J brings; nothing else here knows ND4J, and its natives are
 * loaded at the first call. Only the vectors of M's shorter side are asked of LAPACK, which then
 * needs no more memory beside M than a square of that side; those of the longer side are M times
 * them. A product {@code left * right} is therefore right to rounding, relative to sigma_1, however
 * small its singular value.
 *
 * <p>Source of the rule for signs: ours; the largest entry of every {@code v_t} is positive, so
 * that one matrix gives one result.
 *
 * @param singular all min(rows, columns) singular values, from the largest
 * @param rank how many of the terms that were asked for have a singular value above rounding
 * @param left {@code (rows, rank)}, row-major: sigma_t u_t as columns
 * @param right {@code (rank, columns)}, row-major: v_t as rows, each of length 1
 */
public record Svd(double[] singular, int rank, double[] left, double[] right) {

  /**
   * Decomposes a matrix and keeps its first terms.
   *
   * @param matrix {@code (rows, columns)}, row-major, finite
   * @param terms how many are kept at most
   * @throws WeitException if LAPACK cannot be loaded or finds no solution
   */
  public static Svd of(double[] matrix, int rows, int columns, int terms) {
    boolean tall = rows >= columns;
    int side = Math.min(rows, columns);
    double[] singular = new double[side];
    double[] vectors = new double[Math.multiplyExact(side, side)]; // one vector after the other
    decompose(matrix, rows, columns, singular, vectors);
    int rank = Math.min(terms, rank(singular, Math.max(rows, columns)));
    double[] left = new double[rows * rank];
    double[] right = new double[rank * columns];
    for (int t = 0; t < rank; t++) {
      if (tall) {
        System.arraycopy(vectors, t * side, right, t * columns, columns);
        flip(right, t * columns, columns);
      } else {
        project(matrix, columns, vectors, t * side, singular[t], right, t * columns);
        double sign = flip(right, t * columns, columns);
        for (int row = 0; row < rows; row++) {
          left[row * rank + t] = sign * singular[t] * vectors[t * side + row];
        }
      }
    }
    if (tall) {
      multiply(matrix, rows, columns, right, rank, left);
    }
    return new Svd(singular, rank, left, right);
  }

  /**
   * LAPACK's part. Row-major {@code (rows, columns)} is column-major {@code (columns, rows)}, so it
   * is given M^T as it lies: the left vectors of M^T are M's right ones.
   */
  private static void decompose(
      double[] matrix, int rows, int columns, double[] singular, double[] vectors) {
    try {
      Nd4j.factory().blas().setMaxThreads(WeitEngine.threads());
      gesvd(matrix, rows, columns, singular, vectors);
    } catch (BlasException e) {
      throw new WeitException(
          "LAPACK finds no singular values of a matrix (%d, %d): %s"
              .formatted(rows, columns, e.getMessage()),
          e);
    } catch (LinkageError e) {
      throw new WeitException(
          "cannot load the linear algebra library (ND4J with OpenBLAS) on this machine: %s; see docs/dependencies.md"
              .formatted(e),
          e);
    }
  }

  private static void gesvd(
      double[] matrix, int rows, int columns, double[] singular, double[] vectors) {
    boolean tall = rows >= columns;
    int side = singular.length;
    try (INDArray a = Nd4j.create(matrix, new long[] {columns, rows}, 'f'); // overwritten
        INDArray s = Nd4j.create(DataType.DOUBLE, side);
        INDArray square = Nd4j.create(DataType.DOUBLE, new long[] {side, side}, 'f')) {
      Nd4j.getBlasWrapper().lapack().gesvd(a, s, tall ? square : null, tall ? null : square);
      System.arraycopy(s.data().asDouble(), 0, singular, 0, side);
      double[] found = square.data().asDouble();
      for (int t = 0; t < side; t++) {
        for (int i = 0; i < side; i++) { // columns of U, or rows of V^T
          vectors[t * side + i] = tall ? found[t * side + i] : found[i * side + t];
        }
      }
    }
  }

  private static int rank(double[] singular, int longer) {
    double least = longer * Math.ulp(1.0) * singular[0];
    int rank = 0;
    while (rank < singular.length && singular[rank] > least) {
      rank++;
    }
    return rank;
  }

  /** right_t = u_t^T M / sigma_t. */
  private static void project(
      double[] matrix,
      int columns,
      double[] vectors,
      int from,
      double sigma,
      double[] right,
      int into) {
    for (int row = 0; row * columns < matrix.length; row++) {
      double weight = vectors[from + row] / sigma;
      for (int column = 0; column < columns; column++) {
        right[into + column] += weight * matrix[row * columns + column];
      }
    }
  }

  /** left = M right^T. */
  private static void multiply(
      double[] matrix, int rows, int columns, double[] right, int rank, double[] left) {
    for (int row = 0; row < rows; row++) {
      for (int t = 0; t < rank; t++) {
        double sum = 0;
        for (int column = 0; column < columns; column++) {
          sum += matrix[row * columns + column] * right[t * columns + column];
        }
        left[row * rank + t] = sum;
      }
    }
  }

  /** Makes the largest entry of a row positive, the first of equals; returns the sign it had. */
  private static double flip(double[] values, int from, int length) {
    int largest = from;
    for (int i = from; i < from + length; i++) {
      if (Math.abs(values[i]) > Math.abs(values[largest])) {
        largest = i;
      }
    }
    if (values[largest] >= 0) {
      return 1;
    }
    for (int i = from; i < from + length; i++) {
      values[i] = -values[i];
    }
    return -1;
  }
}
