package io.github.weit.core;

/** What a weight holds before any training. */
public sealed interface Initial {

  /**
   * Independent draws from a normal distribution of mean 0.
   *
   * @param deviation its standard deviation, positive
   */
  record Normal(double deviation) implements Initial {
    public Normal {
      if (!(deviation > 0)) {
        throw new WeitException("deviation must be positive, found " + deviation);
      }
    }
  }

  /** One value everywhere: 0 for a bias, 1 for the gain of a norm. */
  record Constant(double value) implements Initial {}

  /** As wide as the uniform distribution within 1 / sqrt(inputs) that PyTorch's own layers have. */
  static Initial byInputs(long inputs) {
    return new Normal(1 / Math.sqrt(3.0 * inputs));
  }
}
