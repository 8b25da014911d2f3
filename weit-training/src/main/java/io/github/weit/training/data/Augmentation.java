package io.github.weit.training.data;

import io.github.weit.core.WeitException;

/**
 * What is done at random to training images, in this order: crop and flip, normalise, erase, then
 * mix pairs of the batch (mixup or CutMix) with their targets. The rules are those of timm.
 *
 * @param flip mirror each image left to right with probability 1/2
 * @param cropPadding pad with that many black pixels on each side, then cut the original size out
 *     at a random place; 0 for none
 * @param mixupAlpha images become w x + (1 - w) x', w from Beta(alpha, alpha), one w per batch, x'
 *     the batch in reverse order; 0 for none (Zhang et al., arXiv 1710.09412)
 * @param cutmixAlpha a box of x' of relative area 1 - w is pasted into x; 0 for none (Yun et al.,
 *     arXiv 1905.04899). With mixup on too, each batch takes one of the two with probability 1/2
 * @param erasingProbability with this probability a box of 2 % to 33 % of an image is set to the
 *     mean (Zhong et al., arXiv 1708.04896)
 * @param labelSmoothing targets become (1 - s) one-hot + s / classes
 */
public record Augmentation(
    boolean flip,
    int cropPadding,
    double mixupAlpha,
    double cutmixAlpha,
    double erasingProbability,
    double labelSmoothing) {

  /** Images as they are. */
  public static final Augmentation NONE = new Augmentation(false, 0, 0, 0, 0, 0);

  /** Half of the images mirrored: what all of this project's measurements have unless they say. */
  public static final Augmentation FLIP = new Augmentation(true, 0, 0, 0, 0, 0);

  /** Flip and crop with 4 pixels of padding: the usual choice for 32x32 photographs. */
  public static final Augmentation LIGHT = new Augmentation(true, 4, 0, 0, 0, 0);

  public Augmentation {
    check("cropPadding", cropPadding, 4096, true);
    check("mixupAlpha", mixupAlpha, 1000, true);
    check("cutmixAlpha", cutmixAlpha, 1000, true);
    check("erasingProbability", erasingProbability, 1, true);
    check("labelSmoothing", labelSmoothing, 1, false);
  }

  private static void check(String name, double value, double limit, boolean inclusive) {
    if (!(value >= 0 && (inclusive ? value <= limit : value < limit))) {
      throw new WeitException(
          "Augmentation: %s must be from 0 to %s%s, found %s"
              .formatted(name, limit, inclusive ? "" : " (exclusive)", value));
    }
  }

  /** Whether an image has no other views than itself and its mirror image. */
  public boolean mirrorsAtMost() {
    return cropPadding == 0 && mixupAlpha == 0 && cutmixAlpha == 0 && erasingProbability == 0;
  }

  public Augmentation withFlip(boolean value) {
    return new Augmentation(
        value, cropPadding, mixupAlpha, cutmixAlpha, erasingProbability, labelSmoothing);
  }

  public Augmentation withCropPadding(int value) {
    return new Augmentation(
        flip, value, mixupAlpha, cutmixAlpha, erasingProbability, labelSmoothing);
  }

  public Augmentation withMixup(double alpha) {
    return new Augmentation(
        flip, cropPadding, alpha, cutmixAlpha, erasingProbability, labelSmoothing);
  }

  public Augmentation withCutmix(double alpha) {
    return new Augmentation(
        flip, cropPadding, mixupAlpha, alpha, erasingProbability, labelSmoothing);
  }

  public Augmentation withErasing(double probability) {
    return new Augmentation(
        flip, cropPadding, mixupAlpha, cutmixAlpha, probability, labelSmoothing);
  }

  public Augmentation withLabelSmoothing(double value) {
    return new Augmentation(flip, cropPadding, mixupAlpha, cutmixAlpha, erasingProbability, value);
  }
}
