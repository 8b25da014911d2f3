package io.github.weit.templates;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.Axis;
import io.github.weit.core.AxisRole;
import io.github.weit.core.KroneckerConstraint.Order;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeightType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rule's definition over dense weights as a model holds them, entry by entry: which scaler and
 * which template number an entry of a layer's weight belongs to. No stack, no reshape, no
 * permutation.
 */
final class NaiveFactors {

  private NaiveFactors() {}

  /** Row (scaler index) and column (template index) of one entry. */
  record Place(int row, int column) {}

  /** The place of the {@code flat}-th entry, row-major, of the weight of {@code layer}. */
  static Place place(WeightType type, Order order, int layer, int flat) {
    List<Axis> axes = type.axes();
    int rest = flat;
    int row = 0;
    int column = 0;
    int g = 1;
    int p = 1;
    for (int i = axes.size() - 1; i >= 0; i--) {
      Axis axis = axes.get(i);
      boolean isLayer = axis.role() == AxisRole.LAYER;
      int index = isLayer ? layer : rest % (int) axis.length();
      rest = isLayer ? rest : rest / (int) axis.length();
      int template = (int) axis.template();
      int scaler = (int) axis.scaler();
      row += g * (order == Order.BLOCK ? index / template : index % scaler);
      column += p * (order == Order.BLOCK ? index % template : index / scaler);
      g *= scaler;
      p *= template;
    }
    return new Place(row, column);
  }

  static int rows(WeightType type) {
    return (int) type.axes().stream().mapToLong(Axis::scaler).reduce(1, (a, b) -> a * b);
  }

  static int columns(WeightType type) {
    return (int) type.axes().stream().mapToLong(Axis::template).reduce(1, (a, b) -> a * b);
  }

  /** Dense float64 weights of every layer whose entries are those of a matrix (G, P). */
  static NamedArrays weights(WeightType type, Order order, double[][] matrix, NDManager manager) {
    Map<String, NDArray> weights = new LinkedHashMap<>();
    for (int layer = 0; layer < type.parameterNames().size(); layer++) {
      double[] entries = new double[(int) type.denseShape().size()];
      for (int flat = 0; flat < entries.length; flat++) {
        Place place = place(type, order, layer, flat);
        entries[flat] = matrix[place.row()][place.column()];
      }
      weights.put(type.parameterNames().get(layer), manager.create(entries, type.denseShape()));
    }
    return NamedArrays.of(weights);
  }

  /** The matrix (G, P) of dense weights. */
  static double[][] matrix(WeightType type, Order order, NamedArrays weights) {
    double[][] matrix = new double[rows(type)][columns(type)];
    for (int layer = 0; layer < type.parameterNames().size(); layer++) {
      double[] entries = weights.get(type.parameterNames().get(layer)).toDoubleArray();
      for (int flat = 0; flat < entries.length; flat++) {
        Place place = place(type, order, layer, flat);
        matrix[place.row()][place.column()] = entries[flat];
      }
    }
    return matrix;
  }
}
