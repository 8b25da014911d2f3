package io.github.weit.models;

import io.github.weit.core.WeitException;
import java.math.BigInteger;
import java.util.Map;

/**
 * How a convolutional network's weights are cut into templates. A kernel's own extent always lies
 * in the template.
 *
 * @param width w, the template extent along channels
 * @param kernelTerms N for 3x3 kernels, and for depthwise ones
 * @param pointTerms N for 1x1 kernels, or the matrices that stand for them
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

  /**
   * For small images: 8 wide, 32 templates of each kernel and matrix, shared over the network; the
   * best of those measured with a residual network (docs/method-notes.md).
   */
  public static ConvCut standard() {
    return new ConvCut(8, 32, 32, 4, Sharing.NETWORK);
  }

  /**
   * The same width and sharing with 128 templates of each kernel, 32 of each matrix and 8 of what
   * is neither, for a pre-training of many epochs (docs/method-notes.md).
   */
  public ConvCut withManyTerms() {
    return new ConvCut(width, 128, 32, 8, sharing);
  }

  /** The same, narrower where a model's width is no multiple of this one's. */
  ConvCut fitting(int modelWidth) {
    int common = BigInteger.valueOf(width).gcd(BigInteger.valueOf(modelWidth)).intValueExact();
    return new ConvCut(common, kernelTerms, pointTerms, otherTerms, sharing);
  }

  /** Puts itself among a family's options. */
  void write(Map<String, String> options) {
    options.put("template_width", Integer.toString(width));
    options.put("kernel_templates", Integer.toString(kernelTerms));
    options.put("point_templates", Integer.toString(pointTerms));
    options.put("other_templates", Integer.toString(otherTerms));
    options.put("sharing", sharing.name());
  }

  /** What {@link #write} wrote. */
  static ConvCut read(OptionText text) {
    return new ConvCut(
        text.number("template_width"),
        text.number("kernel_templates"),
        text.number("point_templates"),
        text.number("other_templates"),
        text.constant("sharing", Sharing.class));
  }
}
