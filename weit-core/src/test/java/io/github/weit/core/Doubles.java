package io.github.weit.core;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.random.RandomGenerator;

/** Double-precision arrays for tests: made from a seed, compared within a bound. */
final class Doubles {

  private Doubles() {}

  /** Standard normal draws. */
  static double[] normal(Seed seed, long size) {
    RandomGenerator random = seed.generator();
    double[] values = new double[Math.toIntExact(size)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextGaussian();
    }
    return values;
  }

  /** A float64 array of standard normal draws. */
  static NDArray normal(NDManager manager, Seed seed, Shape shape) {
    return manager.create(normal(seed, shape.size()), shape);
  }

  /**
   * Asserts that no entry differs by more than {@code tolerance} times the largest expected entry,
   * or 1.
   */
  static void assertClose(double[] found, double[] expected, double tolerance) {
    assertThat(found).hasSameSizeAs(expected);
    double scale = 1;
    for (double value : expected) {
      scale = Math.max(scale, Math.abs(value));
    }
    double bound = tolerance * scale;
    for (int i = 0; i < found.length; i++) {
      if (!(Math.abs(found[i] - expected[i]) <= bound)) {
        throw new AssertionError(
            "entry %d of %d: expected %.17g, found %.17g, allowed difference %.3g"
                .formatted(i, found.length, expected[i], found[i], bound));
      }
    }
  }
}
