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

  /**
   * A batch whose labels are given as rows of weights; the heaviest class of a row is its label.
   *
   * @param targets {@code (batch, classes)}
   */
  public static LabelledBatch ofTargets(NDArray images, NDArray targets) {
    try (NDArray heaviest = targets.argMax(1)) {
      long[] classes = heaviest.toLongArray();
      int[] labels = new int[classes.length];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = Math.toIntExact(classes[i]);
      }
      return new LabelledBatch(images, labels);
    }
  }
}
