package io.github.weit.templates;

import io.github.weit.core.Axis;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;

/**
 * The permutation that makes a sum of Kronecker products a product of two matrices (Van Loan and
 * Pitsianis, "Approximation with Kronecker Products", 1993), over any number of axes: the inverse
 * of what {@link KroneckerConstraint#compose} does after its matrix product. Entry {@code (a1 p1 +
 * b1, ...)} of the stack, in interleaved order {@code (b1 g1 + a1, ...)}, goes to row {@code (a1,
 * ..., ak)} and column {@code (b1, ..., bk)}, both row-major.
 */
final class Rearrangement {

  private final int rows;
  private final int columns;
  private final int[][] rowOf; // per axis and index along it
  private final int[][] columnOf;

  /** The rearrangement of a type's stack. */
  Rearrangement(WeightType type, KroneckerConstraint.Order order) {
    int rank = type.axes().size();
    rowOf = new int[rank][];
    columnOf = new int[rank][];
    long g = 1;
    long p = 1;
    for (int i = rank - 1; i >= 0; i--) {
      Axis axis = type.axes().get(i);
      if (g * axis.scaler() * p * axis.template() > Integer.MAX_VALUE) {
        throw new WeitException(
            "weight type '%s': its stack %s is too large to be taken apart on the host; expected at most 2^31 - 1 numbers"
                .formatted(type.name(), type.stackedShape()));
      }
      int length = (int) axis.length();
      rowOf[i] = new int[length];
      columnOf[i] = new int[length];
      for (int k = 0; k < length; k++) {
        boolean block = order == KroneckerConstraint.Order.BLOCK;
        rowOf[i][k] = (int) (g * (block ? k / axis.template() : k % axis.scaler()));
        columnOf[i][k] = (int) (p * (block ? k % axis.template() : k / axis.scaler()));
      }
      g *= axis.scaler();
      p *= axis.template();
    }
    rows = (int) g;
    columns = (int) p;
  }

  /** G, the product of the scaler extents. */
  int rows() {
    return rows;
  }

  /** P, the product of the template extents. */
  int columns() {
    return columns;
  }

  /**
   * Writes a part of the stack to its places.
   *
   * @param part row-major; what the stack's first axis holds from {@code start} on
   * @param start index along the first axis
   * @param count how many of its indices
   * @param matrix receives the numbers, row-major with {@link #columns} columns
   * @param firstRow the row of {@code matrix} at which this type begins
   */
  void put(double[] part, int start, int count, double[] matrix, int firstRow) {
    int next = 0;
    for (int k = start; k < start + count; k++) {
      next = walk(1, firstRow + rowOf[0][k], columnOf[0][k], part, next, matrix);
    }
  }

  private int walk(int axis, int row, int column, double[] from, int next, double[] matrix) {
    if (axis == rowOf.length) {
      matrix[row * columns + column] = from[next];
      return next + 1;
    }
    int at = next;
    for (int k = 0; k < rowOf[axis].length; k++) {
      at = walk(axis + 1, row + rowOf[axis][k], column + columnOf[axis][k], from, at, matrix);
    }
    return at;
  }
}
