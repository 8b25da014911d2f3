package io.github.weit.models;

import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Precision;

/**
 * Whether a forward pass is for training, the randomness it may use if so, and what it computes in.
 *
 * @param training false: no stochastic depth, and batch norms use running statistics
 * @param dropPath probability that the deepest residual branch is dropped; shallower ones are
 *     dropped less, linearly
 * @param seed of this one pass
 * @param precision of matrix products and convolutions; logits are float32 either way
 * @param statistics is told what batch norms see in training
 */
public record Pass(
    boolean training, double dropPath, Seed seed, Precision precision, BatchStatistics statistics) {

  public Pass {
    if (!(dropPath >= 0 && dropPath < 1)) {
      throw new WeitException("dropPath must be at least 0 and below 1, found " + dropPath);
    }
  }

  public Pass(boolean training, double dropPath, Seed seed) {
    this(training, dropPath, seed, Precision.FLOAT32, BatchStatistics.ignored());
  }

  public static Pass evaluation() {
    return new Pass(false, 0, new Seed(0));
  }

  public static Pass training(double dropPath, Seed seed) {
    return new Pass(true, dropPath, seed);
  }

  /** Normalises by the batch, without randomness, and tells what batch norms see. */
  public static Pass measuring(BatchStatistics statistics) {
    return new Pass(true, 0, new Seed(0), Precision.FLOAT32, statistics);
  }

  public Pass withPrecision(Precision value) {
    return new Pass(training, dropPath, seed, value, statistics);
  }
}
