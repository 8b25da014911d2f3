package io.github.weit.training;

import ai.djl.ndarray.NDArray;

/** Anything that answers images with logits and is not trained meanwhile: a teacher. */
@FunctionalInterface
public interface LogitsSource {

  /**
   * Logits without randomness.
   *
   * @param images {@code (batch, channels, height, width)}
   * @return {@code (batch, classes)}
   */
  NDArray logits(NDArray images);
}
