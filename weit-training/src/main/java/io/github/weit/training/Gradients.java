package io.github.weit.training;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.engine.NoGradient;
import io.github.weit.training.optim.GradientNorm;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The leaves' gradients. The engine adds to them at every backward pass and makes a new handle at
 * every reading; a leaf that no loss has used yet reads as fresh zeros.
 */
final class Gradients {
  private final NamedArrays leaves;

  Gradients(NamedArrays leaves) {
    this.leaves = leaves;
  }

  /** What is done with all gradients, by name, and their norm before clipping. */
  interface Use {
    void apply(Map<String, NDArray> gradients, double norm);
  }

  /**
   * Reads the gradients once, clips them, hands them over, and sets them to zero; returns their
   * norm.
   */
  double use(double clipNorm, Use use) {
    Map<String, NDArray> read = new LinkedHashMap<>();
    try (NoGradient off = NoGradient.begin()) {
      off.hold();
      leaves.forEach((name, leaf) -> read.put(name, leaf.getGradient()));
      double norm =
          clipNorm > 0
              ? GradientNorm.clip(read.values(), clipNorm)
              : GradientNorm.of(read.values());
      use.apply(read, norm);
      read.values().forEach(gradient -> gradient.subi(gradient));
      return norm;
    } finally {
      read.values().forEach(NDArray::close);
    }
  }

  /** Sets the gradients to zero even where they are not finite (where x - x is not zero). */
  void discard() {
    leaves.forEach((name, leaf) -> JniUtils.zeroGrad((PtNDArray) leaf));
  }
}
