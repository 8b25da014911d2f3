package io.github.weit.templates;

import io.github.weit.core.WeightType;

/**
 * How well templates and scalers stand for the dense weights of one type.
 *
 * @param weights the type's name, a parameter path
 * @param template the templates it is composed from; several types may share them
 * @param terms N, the number of templates; 0 where the weights are kept as they are
 * @param rank how many of them carry anything: fewer than N where fewer give the weights exactly
 * @param error |W - W'| / |W| in the Frobenius norm, over all layers of the type; 0 for weights
 *     that are all zero
 * @param dense numbers in the dense weights
 * @param templates numbers in the templates
 * @param scalers numbers in the type's scalers
 */
public record Reconstruction(
    String weights,
    String template,
    int terms,
    int rank,
    double error,
    long dense,
    long templates,
    long scalers) {

  /** Of weights that have no templates and are their own scalers. */
  static Reconstruction ofKept(WeightType type) {
    long count = type.denseParameters();
    return new Reconstruction(type.name(), type.template(), 0, 0, 0, count, 0, count);
  }

  /** The share of |W|^2 that is explained, 1 - error^2. */
  public double explained() {
    return 1 - error * error;
  }
}
