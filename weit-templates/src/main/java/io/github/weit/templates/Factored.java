package io.github.weit.templates;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Factor;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeightType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@link NearestTemplates} finds for a table of weight types.
 *
 * @param bank the templates
 * @param scalers the scalers of the table's size
 * @param report one entry per type, in the table's order
 */
record Factored(TemplateBank bank, ScalerSet scalers, List<Reconstruction> report) {

  /**
   * Factors all types, those that share templates together.
   *
   * @param weights every weight under its parameter path; others are not looked at
   */
  static Factored of(
      KroneckerConstraint constraint,
      List<WeightType> types,
      NamedArrays weights,
      Seed seed,
      NDManager manager) {
    Map<String, List<WeightType>> sharing = new LinkedHashMap<>();
    types.forEach(
        type -> sharing.computeIfAbsent(type.template(), name -> new ArrayList<>()).add(type));
    NDArray first = weights.get(types.get(0).parameterNames().get(0));
    boolean wide = first.getDataType() == DataType.FLOAT64;
    Map<String, NDArray> templates = new LinkedHashMap<>();
    Map<String, NDArray> scalers = new LinkedHashMap<>();
    Map<String, Reconstruction> report = new LinkedHashMap<>();
    sharing.forEach(
        (template, sharers) -> {
          NearestFactors found = new NearestFactors(constraint, sharers, weights, seed);
          Factor factor = constraint.templates(sharers.get(0)).get(0);
          templates.put(
              factor.storedName(template), array(found.templates(), factor.shape(), wide, manager));
          for (int i = 0; i < sharers.size(); i++) {
            Factor own = constraint.scalers(sharers.get(i)).get(0);
            String name = own.storedName(sharers.get(i).name());
            scalers.put(name, array(found.scalers(i), own.shape(), wide, manager));
          }
          found.report().forEach(entry -> report.put(entry.weights(), entry));
        });
    return new Factored(
        TemplateBank.of(constraint, types, NamedArrays.of(templates)),
        ScalerSet.of(constraint, types, NamedArrays.of(scalers)),
        types.stream().map(type -> report.get(type.name())).toList());
  }

  private static NDArray array(double[] values, Shape shape, boolean wide, NDManager manager) {
    if (wide) {
      return manager.create(values, shape);
    }
    float[] narrow = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (float) values[i];
    }
    return manager.create(narrow, shape);
  }
}
