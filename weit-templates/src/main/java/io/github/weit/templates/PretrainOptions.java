package io.github.weit.templates;

import io.github.weit.core.WeitException;

/**
 * How templates and scalers are trained beside one another. Rates are those of weights that start
 * random; gains and biases follow the recipe as it is. A rate above 0 does not change how strongly
 * weights decay; a rate of 0 freezes.
 *
 * @param templateRate multiplies the recipe's learning rate for templates
 * @param scalerRate multiplies it for scalers
 * @param templateDecay multiplies the recipe's weight decay for templates
 * @param scalerDecay multiplies it for scalers
 */
public record PretrainOptions(
    double templateRate, double scalerRate, double templateDecay, double scalerDecay) {

  public PretrainOptions {
    for (double factor : new double[] {templateRate, scalerRate, templateDecay, scalerDecay}) {
      if (!(factor >= 0) || Double.isInfinite(factor)) {
        throw new WeitException("factors of rates and decays must be 0 or more, found " + factor);
      }
    }
  }

  /** Everything as the recipe says. */
  public static PretrainOptions standard() {
    return new PretrainOptions(1, 1, 1, 1);
  }
}
