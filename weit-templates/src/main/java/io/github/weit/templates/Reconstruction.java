package io.github.weit.templates;

/**
 * How well templates and scalers stand for the dense weights of one type.
 *
 * @param weights the type's name, a parameter path
 * @param template the templates it is composed from; several types may share them
 * @param terms N, the number of templates
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

  /** The share of |W|^2 that is explained, 1 - error^2. */
  public double explained() {
    return 1 - error * error;
  }
}
