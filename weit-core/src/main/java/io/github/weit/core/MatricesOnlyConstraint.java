package io.github.weit.core;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Map;

/**
 * WeiT's rule for the matrices and kernels of layers, and none for the rest: embeddings, gains,
 * biases and heads are scalers themselves, cut and tiled feature by feature as {@link
 * DenseConstraint} does. No source says which weights the paper templates; this is the narrower
 * reading.
 *
 * @param matrices the rule for matrices and kernels
 */
public record MatricesOnlyConstraint(KroneckerConstraint matrices) implements Constraint {

  static final String ID = "kronecker-matrices";

  private static final DenseConstraint OTHERS = new DenseConstraint();

  @Override
  public String id() {
    return ID;
  }

  /** Those of the rule. */
  @Override
  public Map<String, String> options() {
    return matrices.options();
  }

  @Override
  public List<Factor> templates(WeightType type) {
    return ruleOf(type).templates(type);
  }

  @Override
  public List<Factor> scalers(WeightType type) {
    return ruleOf(type).scalers(type);
  }

  @Override
  public NDArray compose(WeightType type, NDList templates, NDList scalers) {
    return ruleOf(type).compose(type, templates, scalers);
  }

  @Override
  public CompositionCost cost(WeightType type) {
    return ruleOf(type).cost(type);
  }

  @Override
  public NDList layer(WeightType type, NDList scalers, long layer) {
    return ruleOf(type).layer(type, scalers, layer);
  }

  @Override
  public NDList resize(WeightType from, WeightType to, NDList scalers, Resize rule) {
    return ruleOf(from).resize(from, to, scalers, rule);
  }

  @Override
  public Constraint ruleOf(WeightType type) {
    return type.layered() && has(type, AxisRole.OUT) && has(type, AxisRole.IN) ? matrices : OTHERS;
  }

  private static boolean has(WeightType type, AxisRole role) {
    return type.axes().stream().anyMatch(axis -> axis.role() == role);
  }
}
