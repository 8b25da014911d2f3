package io.github.weit.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * What is minimised: a loss as a function of the leaves that are trained.
 *
 * @param <B> what a batch is
 */
@FunctionalInterface
public interface Objective<B> {

  /**
   * The mean loss over a batch. It is called inside the gradient scope; everything made here lives
   * until the step ends and needs no closing.
   *
   * @param manager owns what is made here
   * @return one element, float32 or float64, that depends on the leaves
   */
  NDArray loss(Step step, B batch, NDManager manager);
}
