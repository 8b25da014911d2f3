package io.github.weit.templates;

import io.github.weit.core.WeitException;

/**
 * How templates and scalers are trained beside one another. Rates are those of weights that start
 * random and have templates; gains, biases and what is not templated follow the recipe as it is. A
 * rate above 0 does not change how strongly weights decay; a rate of 0 freezes.
 *
 * @param templateRate multiplies the recipe's learning rate for templates
 * @param scalerRate multiplies it for scalers
 * @param templateDecay multiplies the recipe's weight decay for templates
 * @param scalerDecay multiplies it for scalers
 * @param inPlaceDistillation how much a step at a smaller size learns from what the full size says
 *     of the same images, from 0 (labels alone) to 1 (the full size alone); Yu and Huang,
 *     "Universally Slimmable Networks" (arXiv 1903.05134). Not part of the paper's method
 */
public record PretrainOptions(
    double templateRate,
    double scalerRate,
    double templateDecay,
    double scalerDecay,
    double inPlaceDistillation) {

  public PretrainOptions {
    if (!(inPlaceDistillation >= 0 && inPlaceDistillation <= 1)) {
      throw new WeitException(
          "the weight of in-place distillation must be from 0 to 1, found " + inPlaceDistillation);
    }
    for (double factor : new double[] {templateRate, scalerRate, templateDecay, scalerDecay}) {
      if (!(factor >= 0) || Double.isInfinite(factor)) {
        throw new WeitException("factors of rates and decays must be 0 or more, found " + factor);
      }
    }
  }

  /**
   * Templates eight times as fast as the recipe says, all else as it says. At the recipe's own rate
   * templates of unit deviation hardly move and stay the random ones they were
   * (docs/method-notes.md).
   */
  public static PretrainOptions standard() {
    return new PretrainOptions(8, 1, 1, 1, 0);
  }

  /** The same with other factors of the rates of templates and scalers. */
  public PretrainOptions withRates(double templates, double scalers) {
    return new PretrainOptions(templates, scalers, templateDecay, scalerDecay, inPlaceDistillation);
  }

  public PretrainOptions withInPlaceDistillation(double weight) {
    return new PretrainOptions(templateRate, scalerRate, templateDecay, scalerDecay, weight);
  }
}
