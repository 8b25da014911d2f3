package io.github.weit.models;

import io.github.weit.core.WeitException;

/**
 * How a family's weights are cut into templates.
 *
 * @param width w, the template extent along axes that grow with the model
 * @param attentionTerms N for the matrices of attention
 * @param mlpTerms N for the matrices of the MLP
 * @param otherTerms N for vectors, embeddings and the head
 */
public record TemplateCut(int width, int attentionTerms, int mlpTerms, int otherTerms) {

  public TemplateCut {
    if (width < 1 || attentionTerms < 1 || mlpTerms < 1 || otherTerms < 1) {
      throw new WeitException(
          "template width and numbers of templates must be at least 1, found width %d and %d, %d, %d templates"
              .formatted(width, attentionTerms, mlpTerms, otherTerms));
    }
  }

  /** Width 32; 16, 32 and 4 templates. */
  public static TemplateCut standard() {
    return new TemplateCut(32, 16, 32, 4);
  }

  /**
   * The same width with 64, 128 and 4 templates. A pre-training of many epochs makes more of them
   * than of the standard ones, a short one does not (docs/method-notes.md).
   */
  public TemplateCut withManyTerms() {
    return new TemplateCut(width, 64, 128, 4);
  }

  /** The same, as wide as a head where heads or the width of a model do not allow this width. */
  TemplateCut fitting(int headSize, int modelWidth) {
    boolean whole = headSize % width == 0 || width % headSize == 0;
    return whole && modelWidth % Math.max(headSize, width) == 0
        ? this
        : new TemplateCut(headSize, attentionTerms, mlpTerms, otherTerms);
  }
}
