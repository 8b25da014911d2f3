package io.github.weit.core;

import java.util.List;

/**
 * The composition rule as its definition reads: every entry of W is looked up by taking its index
 * apart along each axis, without a reshape, a permutation or a matrix product.
 */
final class NaiveKronecker {

  private NaiveKronecker() {}

  /** W, row-major, from templates {@code (N, p...)} and scalers {@code (N, g...)}, row-major. */
  static double[] compose(
      WeightType type, KroneckerConstraint.Order order, double[] templates, double[] scalers) {
    List<Axis> axes = type.axes();
    int size = Math.toIntExact(axes.stream().mapToLong(Axis::length).reduce(1, (a, b) -> a * b));
    int templateSize = templates.length / type.terms();
    int scalerSize = scalers.length / type.terms();
    double[] weights = new double[size];
    for (int flat = 0; flat < size; flat++) {
      int rest = flat;
      int templateIndex = 0;
      int templateStride = 1;
      int scalerIndex = 0;
      int scalerStride = 1;
      for (int axis = axes.size() - 1; axis >= 0; axis--) {
        int p = (int) axes.get(axis).template();
        int g = (int) axes.get(axis).scaler();
        int index = rest % (p * g);
        rest /= p * g;
        int a = order == KroneckerConstraint.Order.BLOCK ? index / p : index % g;
        int b = order == KroneckerConstraint.Order.BLOCK ? index % p : index / g;
        scalerIndex += a * scalerStride;
        templateIndex += b * templateStride;
        scalerStride *= g;
        templateStride *= p;
      }
      for (int t = 0; t < type.terms(); t++) {
        weights[flat] +=
            scalers[t * scalerSize + scalerIndex] * templates[t * templateSize + templateIndex];
      }
    }
    return weights;
  }

  /**
   * The Kronecker product of two matrices as textbooks define it: block (i, j) is left[i][j] times
   * right.
   */
  static double[][] kron(double[][] left, double[][] right) {
    int rows = right.length;
    int columns = right[0].length;
    double[][] product = new double[left.length * rows][left[0].length * columns];
    for (int i = 0; i < left.length; i++) {
      for (int j = 0; j < left[0].length; j++) {
        for (int k = 0; k < rows; k++) {
          for (int l = 0; l < columns; l++) {
            product[i * rows + k][j * columns + l] = left[i][j] * right[k][l];
          }
        }
      }
    }
    return product;
  }
}
