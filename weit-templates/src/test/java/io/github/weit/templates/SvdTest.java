package io.github.weit.templates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SvdTest {

  private static double[][] normal(int rows, int columns, long seed) {
    RandomGenerator random = new Seed(seed).generator();
    double[][] matrix = new double[rows][columns];
    for (double[] row : matrix) {
      Arrays.setAll(row, i -> random.nextGaussian());
    }
    return matrix;
  }

  private static double[] flat(double[][] matrix) {
    return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
  }

  private static double[][] product(Svd svd, int rows, int columns) {
    double[][] product = new double[rows][columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        for (int t = 0; t < svd.rank(); t++) {
          product[r][c] += svd.left()[r * svd.rank() + t] * svd.right()[t * columns + c];
        }
      }
    }
    return product;
  }

  @ParameterizedTest
  @CsvSource({"7,4,2", "4,7,3", "5,5,5", "1,6,2", "6,1,1", "40,3,2", "3,40,9"})
  void isThatOfJacobiRotations(int rows, int columns, int terms) {
    double[][] matrix = normal(rows, columns, 3);
    Svd svd = Svd.of(flat(matrix), rows, columns, terms);
    Jacobi expected = new Jacobi(matrix);
    int side = Math.min(rows, columns);
    assertThat(svd.rank()).isEqualTo(Math.min(terms, side));
    assertThat(svd.singular())
        .containsExactly(Arrays.copyOf(expected.singular(), side), offset(1e-12));
    assertThat(flat(product(svd, rows, columns)))
        .containsExactly(flat(expected.nearest(terms)), offset(1e-12));
    for (int t = 0; t < svd.rank(); t++) {
      double[] right = Arrays.copyOfRange(svd.right(), t * columns, (t + 1) * columns);
      assertThat(Arrays.stream(right).map(x -> x * x).sum()).isEqualTo(1, offset(1e-12));
      double largest = Arrays.stream(right).max().orElseThrow();
      assertThat(largest).isEqualTo(Arrays.stream(right).map(Math::abs).max().orElseThrow());
    }
  }

  @ParameterizedTest
  @CsvSource({"9,5", "5,9"})
  void knowsTheRank(int rows, int columns) {
    double[][] left = normal(rows, 2, 4);
    double[][] right = normal(2, columns, 5);
    double[][] matrix = new double[rows][columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        matrix[r][c] = left[r][0] * right[0][c] + 1e-6 * left[r][1] * right[1][c];
      }
    }
    Svd svd = Svd.of(flat(matrix), rows, columns, 4);
    assertThat(svd.rank()).isEqualTo(2);
    assertThat(flat(product(svd, rows, columns))).containsExactly(flat(matrix), offset(1e-13));
  }

  @Test
  void ofZeroHasNoTerm() {
    Svd svd = Svd.of(new double[12], 3, 4, 2);
    assertThat(svd.rank()).isZero();
    assertThat(svd.singular()).containsOnly(0);
  }

  @Test
  void leavesTheMatrixAlone() {
    double[] matrix = flat(normal(6, 3, 8));
    double[] before = matrix.clone();
    Svd.of(matrix, 6, 3, 2);
    assertThat(matrix).isEqualTo(before);
  }

  @Test
  void refusesWhatLapackCannotSolve() {
    double[] matrix = flat(normal(4, 3, 9));
    matrix[5] = Double.NaN;
    assertThatThrownBy(() -> Svd.of(matrix, 4, 3, 1))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("no singular values of a matrix (4, 3)");
  }
}
