package io.github.weit.training;

import ai.djl.ndarray.NDArray;
import io.github.weit.core.WeitException;

/**
 * Images and what they show.
 *
 * @param images {@code (batch, ...)}, whatever the model takes
 * @param labels the class of each, from 0
 */
public record LabelledBatch(NDArray images, int[] labels) {

  public LabelledBatch {
    if (images.getShape().dimension() == 0 || images.getShape().get(0) != labels.length) {
      throw new WeitException(
          "a batch of shape "
              + images.getShape()
              + " has "
              + labels.length
              + " labels; expected"
              + " one label for each entry of the first axis");
    }
  }
}
