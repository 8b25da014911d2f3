package io.github.weit.training.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.WeitException;

/**
 * Images and what a model should answer. The arrays belong to the manager, or the open {@link
 * ai.djl.ndarray.NDScope}, they were made under, and must stay open until the backward pass is
 * done.
 *
 * @param images {@code (B, ...)} as the model takes them, pictures {@code (B, C, H, W)}; float32,
 *     normalised
 * @param targets {@code (B, classes)} float32, rows sum to 1
 */
public record Batch(NDArray images, NDArray targets) {
  public Batch {
    Shape i = images.getShape();
    Shape t = targets.getShape();
    if (i.dimension() < 2 || t.dimension() != 2 || i.get(0) != t.get(0)) {
      throw new WeitException(
          "Batch: expected images (B, ...) and as many targets (B, classes), found %s and %s"
              .formatted(i, t));
    }
  }

  public int size() {
    return Math.toIntExact(images.getShape().get(0));
  }
}
