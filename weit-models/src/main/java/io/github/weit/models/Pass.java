package io.github.weit.models;

import io.github.weit.core.Seed;

/**
 * Whether a forward pass is for training, and the randomness it may use if so.
 *
 * @param training false: no stochastic depth
 * @param dropPath probability that the deepest residual branch is dropped; shallower ones are
 *     dropped less, linearly
 * @param seed of this one pass
 */
public record Pass(boolean training, double dropPath, Seed seed) {

  public Pass {
    if (!(dropPath >= 0 && dropPath < 1)) {
      throw new IllegalArgumentException(
          "dropPath must be at least 0 and below 1, found " + dropPath);
    }
  }

  public static Pass evaluation() {
    return new Pass(false, 0, new Seed(0));
  }

  public static Pass training(double dropPath, Seed seed) {
    return new Pass(true, dropPath, seed);
  }
}
