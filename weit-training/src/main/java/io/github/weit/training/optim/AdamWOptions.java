package io.github.weit.training.optim;

import io.github.weit.core.WeitException;

/**
 * The constants of {@link AdamW}.
 *
 * @param beta1 decay of the mean of gradients, in [0, 1)
 * @param beta2 decay of the mean of squared gradients, in [0, 1)
 * @param epsilon what is added to the root of the corrected second moment, above 0
 */
public record AdamWOptions(double beta1, double beta2, double epsilon) {

  /** 0.9, 0.999 and 1e-8: the defaults of the paper and of PyTorch. */
  public static final AdamWOptions DEFAULT = new AdamWOptions(0.9, 0.999, 1e-8);

  public AdamWOptions {
    requireFraction("beta1", beta1);
    requireFraction("beta2", beta2);
    if (!(epsilon > 0) || Double.isInfinite(epsilon)) {
      throw new WeitException("AdamW's epsilon is " + epsilon + ", it must be above 0");
    }
  }

  private static void requireFraction(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new WeitException("AdamW's " + name + " is " + value + ", it must be in [0, 1)");
    }
  }
}
