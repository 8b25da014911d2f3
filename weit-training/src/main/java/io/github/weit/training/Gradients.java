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
 * every reading; a leaf that no loss has used yet reads as fresh zeros.
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
      leaves.forEach((name, leaf) -> read.put(name, leaf.getGradient()));
      return use.apply(read);
    } finally {
      read.values().forEach(NDArray::close);
      discard();
    }
  }

  /** Sets the gradients to zero, also where they are not finite (where x - x is not zero). */
  void discard() {
    leaves.forEach((name, leaf) -> JniUtils.zeroGrad((PtNDArray) leaf));
  }
}
