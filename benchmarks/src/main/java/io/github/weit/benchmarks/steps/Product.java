package io.github.weit.benchmarks.steps;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.BinaryOperator;

/**
 * One of a network's products and the two that its backward pass makes of it.
 *
 * @param input its first operand
 * @param weight its second operand
 * @param multiply the product, differentiable in both
 * @param gradient what the backward pass is given, of the product's shape
 * @param wantsInput whether the input's gradient is needed too
 * @param macs multiplications of the product, not counting the backward pass
 */
record Product(
    NDArray input,
    NDArray weight,
    BinaryOperator<NDArray> multiply,
    NDArray gradient,
    boolean wantsInput,
    long macs) {

  /** Forward and backward, once. */
  void run() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray first = wantsInput ? leaf(input) : input;
      NDArray result = multiply.apply(first, leaf(weight));
      JniUtils.backward((PtNDArray) result, (PtNDArray) gradient, false, false);
    }
  }

  /** The same memory as an array that has no gradient yet, so that nothing is added to one. */
  private static NDArray leaf(NDArray array) {
    NDArray leaf = array.stopGradient();
    leaf.setRequiresGradient(true);
    return leaf;
  }
}
