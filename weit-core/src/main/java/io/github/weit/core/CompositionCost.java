package io.github.weit.core;

/**
 * What it costs to compose the weights of one type, inside a step that trains their templates or
 * scalers.
 *
 * @param macs multiply-accumulate operations of {@link Constraint#compose}; the backward pass makes
 *     as many again for the templates, and for the scalers, if these are trained
 * @param numbers in the arrays that {@link Constraint#compose} makes; they live until the step ends
 */
public record CompositionCost(long macs, long numbers) {

  /** The cost of two types. */
  public CompositionCost plus(CompositionCost other) {
    return new CompositionCost(
        Math.addExact(macs, other.macs), Math.addExact(numbers, other.numbers));
  }
}
