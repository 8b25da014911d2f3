package io.github.weit.training;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.github.weit.core.NamedArrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The leaves' gradients. The engine adds to them at every backward pass and makes a new handle at
 * every reading; a leaf that no loss has used yet reads as fresh zeros, which the engine makes in
 * float32 and on its manager's device, whatever the leaf is.
 */
final class Gradients {
  private final NamedArrays leaves;

  Gradients(NamedArrays leaves) {
    this.leaves = leaves;
  }

  /** Reads the gradients once, by name, and hands them over; they are zero after. */
  <T> T use(Function<Map<String, NDArray>, T> use) {
    Map<String, NDArray> read = new LinkedHashMap<>();
    try {
      leaves.forEach((name, leaf) -> read.put(name, gradient(leaf)));
      return use.apply(read);
    } finally {
      read.values().forEach(NDArray::close);
      discard();
    }
  }

  private static NDArray gradient(NDArray leaf) {
    NDArray found = leaf.getGradient();
    if (found.getDataType() == leaf.getDataType() && found.getDevice().equals(leaf.getDevice())) {
      return found;
    }
    found.close();
    return leaf.getManager().zeros(leaf.getShape(), leaf.getDataType(), leaf.getDevice());
  }

  /** Sets the gradients to zero, also where they are not finite (where x - x is not zero). */
  void discard() {
    leaves.forEach((name, leaf) -> JniUtils.zeroGrad((PtNDArray) leaf));
  }
}
