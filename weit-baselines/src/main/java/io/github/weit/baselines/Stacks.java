package io.github.weit.baselines;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Axis;
import io.github.weit.core.AxisMap;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeightType;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Dense weights as stacks of all layers of a type, and what becomes of them axis by axis. */
final class Stacks {

  private Stacks() {}

  /** A linear map along one axis of a stack, from a model's to another size's. */
  @FunctionalInterface
  interface Rule {

    /**
     * Maps an axis whose length changes, or a layer axis. Axes come in their order.
     *
     * @param type the type as the target has it
     * @param index of the axis
     * @param stack of {@code from.length} along it
     * @return of {@code to.length} along it
     */
    NDArray apply(WeightType type, int index, Axis from, Axis to, NDArray stack);
  }

  /** The stack of a type, of its {@link WeightType#stackedShape}. */
  static NDArray of(WeightType type, NamedArrays weights) {
    Shape stacked = type.stackedShape();
    if (!type.layered()) {
      return weights.get(type.name()).reshape(stacked);
    }
    Shape one = new Shape(1).addAll(stacked.slice(1));
    NDList layers = new NDList();
    type.parameterNames().forEach(name -> layers.add(weights.get(name).reshape(one)));
    return NDArrays.concat(layers);
  }

  /** Every stack of a size, by the name of its type. */
  static Map<String, NDArray> all(Family family, Size size, NamedArrays weights) {
    Map<String, NDArray> stacks = new LinkedHashMap<>();
    family.weights(size).forEach(type -> stacks.put(type.name(), of(type, weights)));
    return stacks;
  }

  /**
   * Weights of another size; differentiable in the maps.
   *
   * @param stacks of {@code from}, see {@link #all}
   */
  static NamedArrays mapped(
      Family family, Map<String, NDArray> stacks, Size from, Size to, Rule rule) {
    Map<String, WeightType> sources =
        family.weights(from).stream().collect(Collectors.toMap(WeightType::name, type -> type));
    Map<String, NDArray> weights = new LinkedHashMap<>();
    for (WeightType type : family.weights(to)) {
      NDArray stack = stacks.get(type.name());
      List<Axis> axes = sources.get(type.name()).axes();
      for (int i = 0; i < axes.size(); i++) {
        boolean layers = i == 0 && type.layered();
        Axis target = type.axes().get(i);
        if (layers || axes.get(i).length() != target.length()) {
          stack = rule.apply(type, i, axes.get(i), target, stack);
        }
      }
      type.unstack(stack, weights);
    }
    return NamedArrays.of(weights);
  }

  /** A model of another size, in {@code manager}; the parent stays as it is. */
  static SizedModel model(SizedModel parent, Size to, Rule rule, NDManager manager) {
    Family family = parent.family();
    try (NDManager scratch = manager.newSubManager()) {
      NamedArrays own = parent.weights().copyTo(scratch);
      Map<String, NDArray> stacks = all(family, parent.size(), own);
      NamedArrays weights = mapped(family, stacks, parent.size(), to, rule);
      return new SizedModel(family, to, weights.copyTo(manager));
    }
  }

  /** A stack of the entries of another that these are, along one axis. */
  static NDArray take(int[] sources, NDArray stack, int axis) {
    int old = Math.toIntExact(stack.getShape().get(axis));
    return AxisMap.apply(AxisMap.of(taking(sources, old), stack), stack, axis);
  }

  /** Rows that each take one entry. */
  static double[][] taking(int[] sources, int old) {
    double[][] rows = new double[sources.length][old];
    for (int j = 0; j < sources.length; j++) {
      rows[j][sources[j]] = 1;
    }
    return rows;
  }
}
