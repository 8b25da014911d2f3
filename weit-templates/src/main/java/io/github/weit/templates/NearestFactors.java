package io.github.weit.templates;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Factor;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import java.util.ArrayList;
import java.util.List;

/**
 * The nearest templates of all types that share them, and the scalers of each, on the host; see
 * {@link NearestTemplates} for the rule.
 */
final class NearestFactors {

  private final KroneckerConstraint constraint;
  private final List<WeightType> types;
  private final List<Rearrangement> places;
  private final Seed seed;
  private final int terms;
  private final int rows;
  private final int columns;
  private final double[] matrix; // (G of all types, P)
  private final double[] left; // (G of all types, N): scalers, as columns
  private final double[] right; // (N, P): templates
  private int rank;

  /**
   * @param types that name the same templates
   * @param weights their dense weights under their parameter paths
   * @param seed of what the weights do not decide
   */
  NearestFactors(
      KroneckerConstraint constraint, List<WeightType> types, NamedArrays weights, Seed seed) {
    this.constraint = constraint;
    this.types = types;
    this.seed = seed;
    types.forEach(types.get(0)::requireSameTemplates);
    places = types.stream().map(type -> new Rearrangement(type, constraint.order())).toList();
    terms = types.get(0).terms();
    columns = places.get(0).columns();
    long all = places.stream().mapToLong(Rearrangement::rows).sum();
    if (all * columns > Integer.MAX_VALUE) {
      throw new WeitException(
          "the templates '%s' are shared by %d numbers, too many to be taken apart on the host; expected at most 2^31 - 1"
              .formatted(types.get(0).template(), all * columns));
    }
    rows = (int) all;
    matrix = new double[rows * columns];
    left = new double[rows * terms];
    right = new double[terms * columns];
    rearrange(weights);
    factor();
  }

  private void rearrange(NamedArrays weights) {
    int row = 0;
    for (int i = 0; i < types.size(); i++) {
      WeightType type = types.get(i);
      List<String> names = type.parameterNames();
      int count = type.layered() ? 1 : Math.toIntExact(type.axes().get(0).length());
      for (int layer = 0; layer < names.size(); layer++) {
        double[] numbers = numbers(names.get(layer), type.denseShape(), weights);
        places.get(i).put(numbers, layer, count, matrix, row);
      }
      row += places.get(i).rows();
    }
  }

  /** A weight's numbers, row-major, of the expected shape and all finite. */
  static double[] numbers(String name, Shape expected, NamedArrays weights) {
    NDArray array = weights.get(name);
    if (!array.getShape().equals(expected)) {
      throw new WeitException(
          "'%s': expected shape %s, found %s".formatted(name, expected, array.getShape()));
    }
    try (NDArray detached = array.stopGradient();
        NDArray wide = detached.toType(DataType.FLOAT64, true)) {
      double[] numbers = wide.toDoubleArray();
      for (int i = 0; i < numbers.length; i++) {
        if (!Double.isFinite(numbers[i])) {
          throw new WeitException(
              "'%s': entry %d is %s; weights that are not numbers have no nearest templates"
                  .formatted(name, i, numbers[i]));
        }
      }
      return numbers;
    }
  }

  private void factor() {
    Svd svd = Svd.of(matrix, rows, columns, terms);
    rank = svd.rank();
    for (int t = 0; t < rank; t++) {
      double scale = templateScale(svd.singular()[t]);
      for (int column = 0; column < columns; column++) {
        right[t * columns + column] = scale * svd.right()[t * columns + column];
      }
      for (int row = 0; row < rows; row++) {
        left[row * terms + t] = svd.left()[row * rank + t] / scale;
      }
    }
    if (types.get(0).layered()) {
      Factor templates = constraint.templates(types.get(0)).get(0);
      float[] start = initial(templates, "template", types.get(0).template());
      for (int i = rank * columns; i < right.length; i++) {
        right[i] = start[i];
      }
    } else {
      fillScalers();
    }
  }

  /** What v_t, of length 1, is multiplied by; sigma_t u_t is divided by it. */
  private double templateScale(double sigma) {
    return types.get(0).layered()
        ? Math.sqrt(columns) // the mean square of a template is 1
        : sigma * Math.sqrt((double) terms / rows); // that of its scalers is 1 / N
  }

  private void fillScalers() {
    int first = 0;
    for (int i = 0; i < types.size(); i++) {
      int own = places.get(i).rows();
      Factor scalers = constraint.scalers(types.get(i)).get(0);
      float[] start = initial(scalers, "scaler", types.get(i).name());
      for (int t = rank; t < terms; t++) {
        for (int row = 0; row < own; row++) {
          left[(first + row) * terms + t] = start[t * own + row];
        }
      }
      first += own;
    }
  }

  private float[] initial(Factor factor, String what, String owner) {
    return factor.initial().apply(seed.child(what).child(factor.storedName(owner)));
  }

  /** {@code (N, p1, ..., pk)}, row-major. */
  double[] templates() {
    return right;
  }

  /** {@code (N, g1, ..., gk)} of the {@code index}-th type, row-major. */
  double[] scalers(int index) {
    int first = firstRow(index);
    int own = places.get(index).rows();
    double[] scalers = new double[terms * own];
    for (int t = 0; t < terms; t++) {
      for (int row = 0; row < own; row++) {
        scalers[t * own + row] = left[(first + row) * terms + t];
      }
    }
    return scalers;
  }

  private int firstRow(int index) {
    return places.subList(0, index).stream().mapToInt(Rearrangement::rows).sum();
  }

  /** How near it came, for each type. */
  List<Reconstruction> report() {
    List<Reconstruction> report = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      WeightType type = types.get(i);
      long own = places.get(i).rows();
      report.add(
          new Reconstruction(
              type.name(),
              type.template(),
              terms,
              rank,
              error(firstRow(i), (int) own),
              type.denseParameters(),
              (long) terms * columns,
              terms * own));
    }
    return report;
  }

  private double error(int firstRow, int count) {
    double all = 0;
    double missed = 0;
    double[] rest = new double[columns];
    for (int row = firstRow; row < firstRow + count; row++) {
      System.arraycopy(matrix, row * columns, rest, 0, columns);
      for (double number : rest) {
        all += number * number;
      }
      for (int t = 0; t < terms; t++) {
        double scaler = left[row * terms + t];
        for (int column = 0; column < columns; column++) {
          rest[column] -= scaler * right[t * columns + column];
        }
      }
      for (double number : rest) {
        missed += number * number;
      }
    }
    return all == 0 ? 0 : Math.sqrt(missed / all);
  }
}
