package io.github.weit.core;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How weights are made of a part that all sizes share (templates) and a part of their own
 * (scalers). Families and training know only this interface; the Kronecker rule is its first
 * implementation.
 *
 * <p>{@link #compose}, {@link #layer} and {@link #resize} are differentiable in every array they
 * are given. What they return, and make on the way, belongs to the managers of what they are given,
 * as the engine has it, or to the open {@link ai.djl.ndarray.NDScope}. It may share memory with
 * what they are given, or be it: {@link DenseConstraint} hands scalers through. {@link
 * TemplateBank#composeTo} and {@link ScalerSet#copyTo} give what is free of it.
 */
public interface Constraint {

  /** The name under which artefacts refer to it, see {@link Constraints}. */
  String id();

  /** Everything beyond {@link #id} that decides its results, for artefacts. */
  Map<String, String> options();

  /** Both as facts of a run: two runs that differ in one of them train different weights. */
  default Map<String, String> facts() {
    return Map.of("constraint", id(), "constraint.options", new TreeMap<>(options()).toString());
  }

  /** The rule that decides one type, where a constraint has several; else this. */
  default Constraint ruleOf(WeightType type) {
    return this;
  }

  /**
   * The arrays that templates of {@code type} consist of; they must not depend on scaler extents.
   */
  List<Factor> templates(WeightType type);

  /**
   * The arrays that scalers of {@code type} consist of; empty if size alone decides the weights.
   */
  List<Factor> scalers(WeightType type);

  /**
   * The weights of all layers of a type.
   *
   * @param templates as {@link #templates(WeightType)} lists them
   * @param scalers as {@link #scalers(WeightType)} lists them
   * @return the stack, of {@link WeightType#stackedShape()}; not to be changed in place, since it
   *     may share memory with templates and scalers
   */
  NDArray compose(WeightType type, NDList templates, NDList scalers);

  /** What {@link #compose} costs for a type; without any array being made. */
  CompositionCost cost(WeightType type);

  /**
   * The scalers of one layer among those of all. What {@link #compose} makes of them is a model's
   * own: it shares no memory with templates and {@code scalers}, which may be trained on.
   *
   * @param scalers as {@link #scalers(WeightType)} lists them for {@code type}
   * @param layer from 0 to {@link WeightType#depth} - 1
   * @return as {@link #scalers(WeightType)} lists them for {@link WeightType#ofOneLayer}
   */
  NDList layer(WeightType type, NDList scalers, long layer);

  /**
   * Scalers for {@code to} made from scalers for {@code from}, two sizes of one type.
   *
   * @param scalers as {@link #scalers(WeightType)} lists them for {@code from}; not changed
   * @return as {@link #scalers(WeightType)} lists them for {@code to}: perhaps the same arrays, or
   *     views of them
   */
  NDList resize(WeightType from, WeightType to, NDList scalers, Resize rule);
}
