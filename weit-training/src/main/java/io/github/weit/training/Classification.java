package io.github.weit.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.WeitException;
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
    NDArray logits = logits(step, batch.images());
    if (!logits.getShape().equals(batch.targets().getShape())) {
      throw new WeitException(
          "the network gave logits of shape %s, the batch has targets of %s (batch, classes); has it as many classes as the images have?"
              .formatted(logits.getShape(), batch.targets().getShape()));
    }
    return Ops.crossEntropy(logits, batch.targets());
  }
}
