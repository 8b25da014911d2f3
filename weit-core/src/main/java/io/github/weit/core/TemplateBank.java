package io.github.weit.core;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The templates of a family: what all sizes share. Its arrays are leaves while templates are
 * learnt.
 */
public final class TemplateBank implements AutoCloseable {

  private final Constraint constraint;
  private final Map<String, WeightType> byTemplate;
  private final NamedArrays arrays;

  private TemplateBank(
      Constraint constraint, Map<String, WeightType> byTemplate, NamedArrays arrays) {
    this.constraint = constraint;
    this.byTemplate = byTemplate;
    this.arrays = arrays;
  }

  /** Untrained templates for all of {@code types}, whose scaler extents do not matter. */
  public static TemplateBank create(
      Constraint constraint, List<WeightType> types, NDManager manager, Seed seed) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    Map<String, WeightType> byTemplate = index(types);
    byTemplate.forEach(
        (template, type) -> {
          for (Factor factor : constraint.templates(type)) {
            String name = factor.storedName(template);
            arrays.put(name, factor.create(manager, seed.child("template").child(name)));
          }
        });
    return new TemplateBank(constraint, byTemplate, NamedArrays.of(arrays));
  }

  /**
   * A bank of given arrays.
   *
   * @throws WeitException if an array is missing, left over or of a wrong shape
   */
  public static TemplateBank of(Constraint constraint, List<WeightType> types, NamedArrays arrays) {
    Map<String, WeightType> byTemplate = index(types);
    Map<String, NDArray> ordered = new LinkedHashMap<>();
    byTemplate.forEach(
        (template, type) ->
            ScalerSet.collect(
                "templates", template, type, constraint.templates(type), arrays, ordered));
    ScalerSet.requireNothingLeft("templates", arrays, ordered);
    return new TemplateBank(constraint, byTemplate, NamedArrays.of(ordered));
  }

  private static Map<String, WeightType> index(List<WeightType> types) {
    Map<String, WeightType> byTemplate = new LinkedHashMap<>();
    for (WeightType type : types) {
      WeightType first = byTemplate.putIfAbsent(type.template(), type);
      if (first != null) {
        first.requireSameTemplates(type);
      }
    }
    return byTemplate;
  }

  public Constraint constraint() {
    return constraint;
  }

  public NamedArrays arrays() {
    return arrays;
  }

  /** Numbers in all templates. */
  public long parameters() {
    return arrays.elements();
  }

  /**
   * Composes the dense weights of one size; differentiable in templates and scalers. They, and what
   * is made on the way, belong to the open {@link NDScope}, as in a step of training; without one
   * to the managers of scalers and templates, where what is made on the way stays when the weights
   * are closed. They may share memory with each other and, where a constraint hands scalers
   * through, with those. A model that stays is {@link #composeTo}'s.
   *
   * @return every weight under its parameter path, in the order of the scalers' types
   * @throws WeitException if the scalers are of another constraint, or of types for which there are
   *     no templates
   */
  public NamedArrays compose(ScalerSet scalers) {
    requireSameConstraint(scalers);
    Map<String, NDArray> weights = new LinkedHashMap<>();
    for (WeightType type : scalers.types()) {
      type.unstack(constraint.compose(type, of(type), scalers.of(type)), weights);
    }
    return NamedArrays.of(weights);
  }

  /**
   * The weights that {@link #compose} gives, as leaves in {@code manager} and on its device; they
   * share no memory with templates and scalers, and nothing else is left anywhere. Each layer is
   * composed by itself, straight to where it stays: what comes in between then fits the processor's
   * cache, which takes a third of the time where weights are large.
   *
   * @throws WeitException as {@link #compose}
   */
  public NamedArrays composeTo(NDManager manager, ScalerSet scalers) {
    requireSameConstraint(scalers);
    Map<String, NDArray> weights = new LinkedHashMap<>();
    for (WeightType type : scalers.types()) {
      List<String> names = type.parameterNames();
      for (int layer = 0; layer < names.size(); layer++) {
        weights.put(names.get(layer), composeTo(manager, type, scalers.of(type), layer));
      }
    }
    return NamedArrays.of(weights);
  }

  private NDArray composeTo(NDManager manager, WeightType type, NDList scalers, int layer) {
    WeightType one = type.ofOneLayer();
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDList own = constraint.layer(type, scalers, layer);
      NDArray composed = constraint.compose(one, of(one), own);
      NDArray weight =
          composed
              .reshape(type.denseShape())
              .stopGradient()
              .toDevice(manager.getDevice(), false); // itself if it is there
      NDScope.unregister(weight);
      weight.attach(manager);
      return weight;
    }
  }

  /**
   * Asserts that scalers are of this bank's constraint, the same {@link Constraint#id} with the
   * same {@link Constraint#options}. Those of another may have the very same shapes, and compose
   * other weights.
   *
   * @throws WeitException if they are not
   */
  public void requireSameConstraint(ScalerSet scalers) {
    Constraint found = scalers.constraint();
    if (!constraint.id().equals(found.id()) || !constraint.options().equals(found.options())) {
      throw new WeitException(
          "scalers must be of the templates' constraint: expected %s, found %s; take those that were learnt with these templates, or made from them"
              .formatted(described(constraint), described(found)));
    }
  }

  private static String described(Constraint constraint) {
    return "'%s' %s".formatted(constraint.id(), new TreeMap<>(constraint.options()));
  }

  /** A copy that trains apart from this one, in {@code manager}. */
  public TemplateBank copyTo(NDManager manager) {
    return new TemplateBank(constraint, byTemplate, arrays.copyTo(manager));
  }

  /**
   * The same templates, not copied, for which no gradient is computed; {@code manager} owns what is
   * made for it.
   */
  public TemplateBank frozen(NDManager manager) {
    return new TemplateBank(constraint, byTemplate, arrays.frozen(manager));
  }

  private NDList of(WeightType type) {
    WeightType known = byTemplate.get(type.template());
    if (known == null) {
      throw new WeitException(
          "no templates for '%s'; there are %s".formatted(type.template(), byTemplate.keySet()));
    }
    known.requireSameTemplates(type);
    NDList list = new NDList();
    for (Factor factor : constraint.templates(type)) {
      list.add(arrays.get(factor.storedName(type.template())));
    }
    return list;
  }

  @Override
  public void close() {
    arrays.close();
  }
}
