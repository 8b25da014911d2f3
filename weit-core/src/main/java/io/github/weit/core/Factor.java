package io.github.weit.core;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;

/**
 * One array of a constraint's templates or scalers of a weight type.
 *
 * @param suffix told apart from its sisters by this; empty when there is just one
 * @param shape its shape
 * @param initial its values before any training, row-major, as a pure function of a seed
 */
public record Factor(String suffix, Shape shape, Function<Seed, float[]> initial) {

  /** The name under which it is stored for the templates or the type called {@code owner}. */
  public String storedName(String owner) {
    return suffix.isEmpty() ? owner : owner + "#" + suffix;
  }

  /** A fresh array with the initial values. */
  public NDArray create(NDManager manager, Seed seed) {
    return manager.create(initial.apply(seed), shape);
  }
}
