package io.github.weit.models;

import io.github.weit.core.WeitException;

/**
 * How a convolutional network's weights are cut into templates. A kernel's own extent always lies
 * in the template.
 *
 * @param width w, the template extent along channels
 * @param kernelTerms N for 3x3 kernels
 * @param pointTerms N for 1x1 kernels
 * @param otherTerms N for vectors, the stem and the head
 * @param sharing which layers share templates
 */
public record ConvCut(int width, int kernelTerms, int pointTerms, int otherTerms, Sharing sharing) {

  /** Which layers of one kind share templates. */
  public enum Sharing {
    /** Those of one stage. */
    STAGE,
    /** Those of all stages. */
    NETWORK
  }

  public ConvCut {
    if (width < 1 || kernelTerms < 1 || pointTerms < 1 || otherTerms < 1) {
      throw new WeitException(
          "template width and numbers of templates must be at least 1, found width %d and %d, %d, %d templates"
              .formatted(width, kernelTerms, pointTerms, otherTerms));
    }
  }
}
