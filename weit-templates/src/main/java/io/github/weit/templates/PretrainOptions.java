package io.github.weit.templates;

/**
 * How templates and scalers are trained beside one another.
 *
 * @param templateRate multiplies the recipe's learning rate for templates
 * @param scalerRate multiplies it for scalers
 * @param templateDecay multiplies the recipe's weight decay for templates
 * @param scalerDecay multiplies it for scalers
 */
public record PretrainOptions(
    double templateRate, double scalerRate, double templateDecay, double scalerDecay) {

  /** Everything as the recipe says. */
  public static PretrainOptions standard() {
    return new PretrainOptions(1, 1, 1, 1);
  }
}
