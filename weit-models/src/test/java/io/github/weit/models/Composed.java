package io.github.weit.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.weit.core.Constraint;
import io.github.weit.core.Factor;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeightType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Random templates and scalers of a family, of either precision. Unlike untrained ones they give
 * biases that are not 0 and gains that are not 1.
 */
record Composed(TemplateBank bank, ScalerSet scalers) {

  private static final Constraint RULE = new KroneckerConstraint();

  static Composed random(
      Family family, Size size, NDManager manager, Seed seed, DataType dataType) {
    Map<String, NDArray> templates = new LinkedHashMap<>();
    Map<String, NDArray> scalers = new LinkedHashMap<>();
    List<WeightType> types = family.weights(size);
    for (WeightType type : types) {
      boolean vector = !type.decayed();
      long[] shape = type.denseShape().getShape();
      double deviation =
          vector ? 0.3 : 1.5 / Math.sqrt((double) type.denseShape().size() / shape[0]);
      double each = Math.sqrt(deviation / Math.sqrt(type.terms()));
      templates.put(
          type.template(),
          draw(RULE.templates(type).get(0), manager, seed.child("t"), type, each, dataType));
      scalers.put(
          type.name(),
          draw(RULE.scalers(type).get(0), manager, seed.child("s"), type, each, dataType));
    }
    return of(types, NamedArrays.of(templates), NamedArrays.of(scalers));
  }

  static Composed of(List<WeightType> types, NamedArrays templates, NamedArrays scalers) {
    return new Composed(
        TemplateBank.of(RULE, types, templates), ScalerSet.of(RULE, types, scalers));
  }

  NamedArrays compose() {
    return bank.compose(scalers);
  }

  private static NDArray draw(
      Factor factor,
      NDManager manager,
      Seed seed,
      WeightType type,
      double deviation,
      DataType dataType) {
    double[] values = Values.normal(seed.child(type.name()), factor.shape().size());
    Arrays.setAll(values, i -> deviation * values[i]);
    return Values.create(manager, values, factor.shape(), dataType);
  }
}
