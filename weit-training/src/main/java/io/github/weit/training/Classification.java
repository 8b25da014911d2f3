package io.github.weit.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.engine.Ops;
import io.github.weit.training.data.Batch;

/** Image classification: cross entropy of a network's logits against the batch's targets. */
@FunctionalInterface
public interface Classification extends Objective<Batch> {

  /**
   * The network as it is trained.
   *
   * @param step of this pass, with its seed
   * @param images {@code (batch, channels, height, width)}
   * @return logits {@code (batch, classes)}
   */
  NDArray logits(Step step, NDArray images);

  @Override
  default NDArray loss(Step step, Batch batch, NDManager manager) {
    return Ops.crossEntropy(logits(step, batch.images()), batch.targets());
  }
}
