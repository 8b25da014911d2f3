package io.github.weit.templates;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Constraint;
import io.github.weit.core.DenseConstraint;
import io.github.weit.core.Factor;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * What {@link NearestTemplates} finds for a table of weight types.
 *
 * @param bank the templates
 * @param scalers the scalers of the table's size
 * @param report one entry per type, in the table's order
 */
record Factored(TemplateBank bank, ScalerSet scalers, List<Reconstruction> report) {

  /**
   * Factors all types that have templates, those that share them together.
   *
   * @param weights every weight under its parameter path; others are not looked at
   */
  static Factored of(
      Constraint constraint,
      List<WeightType> types,
      NamedArrays weights,
      Seed seed,
      NDManager manager) {
    NDArray first = weights.get(types.get(0).parameterNames().get(0));
    Draft draft = new Draft(weights, first.getDataType() == DataType.FLOAT64, manager);
    Map<String, List<WeightType>> sharing = new LinkedHashMap<>();
    for (WeightType type : types) {
      Constraint rule = constraint.ruleOf(type);
      if (rule instanceof KroneckerConstraint) {
        sharing.computeIfAbsent(type.template(), name -> new ArrayList<>()).add(type);
      } else if (rule instanceof DenseConstraint) {
        draft.keep(type, rule.scalers(type).get(0));
      } else {
        throw new WeitException(
            "weight type '%s': nearest templates are known for the Kronecker constraint; expected that, found '%s'"
                .formatted(type.name(), rule.id()));
      }
    }
    if (sharing.isEmpty()) {
      throw new WeitException(
          "under the constraint '%s' no weight has templates; expected the Kronecker one, for all or for matrices"
              .formatted(constraint.id()));
    }
    for (List<WeightType> sharers : sharing.values()) {
      draft.factor((KroneckerConstraint) constraint.ruleOf(sharers.get(0)), sharers, seed);
    }
    return new Factored(
        TemplateBank.of(constraint, types, NamedArrays.of(draft.templates)),
        ScalerSet.of(constraint, types, NamedArrays.of(draft.scalers)),
        types.stream().map(type -> draft.report.get(type.name())).toList());
  }

  /** What is found, type by type. */
  private static final class Draft {
    private final NamedArrays weights;
    private final boolean wide;
    private final NDManager manager;
    private final Map<String, NDArray> templates = new LinkedHashMap<>();
    private final Map<String, NDArray> scalers = new LinkedHashMap<>();
    private final Map<String, Reconstruction> report = new LinkedHashMap<>();

    Draft(NamedArrays weights, boolean wide, NDManager manager) {
      this.weights = weights;
      this.wide = wide;
      this.manager = manager;
    }

    void factor(KroneckerConstraint rule, List<WeightType> sharers, Seed seed) {
      NearestFactors found = new NearestFactors(rule, sharers, weights, seed);
      WeightType any = sharers.get(0);
      Factor factor = rule.templates(any).get(0);
      templates.put(factor.storedName(any.template()), array(found.templates(), factor.shape()));
      for (int i = 0; i < sharers.size(); i++) {
        putScalers(sharers.get(i), rule.scalers(sharers.get(i)).get(0), found.scalers(i));
      }
      found.report().forEach(entry -> report.put(entry.weights(), entry));
    }

    /** Weights without templates are their own scalers. */
    void keep(WeightType type, Factor factor) {
      DoubleStream.Builder stack = DoubleStream.builder();
      for (String name : type.parameterNames()) {
        DoubleStream.of(NearestFactors.numbers(name, type.denseShape(), weights))
            .forEach(stack::add);
      }
      putScalers(type, factor, stack.build().toArray());
      report.put(type.name(), Reconstruction.ofKept(type));
    }

    private void putScalers(WeightType type, Factor factor, double[] values) {
      scalers.put(factor.storedName(type.name()), array(values, factor.shape()));
    }

    private NDArray array(double[] values, Shape shape) {
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
}
