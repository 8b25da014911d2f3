package io.github.weit.cli;

import io.github.weit.training.data.Augmentation;
import picocli.CommandLine.Option;

/** What is done at random to training images. */
final class AugmentationOptions {

  @Option(
      names = "--flip",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Mirror images at random (default: on; --no-flip turns it off).")
  private boolean flip;

  @Option(
      names = "--crop",
      defaultValue = "0",
      paramLabel = "PIXELS",
      description = "Pad by that much and cut out at random (default: ${DEFAULT-VALUE}).")
  private int crop;

  @Option(
      names = "--mixup",
      defaultValue = "0",
      paramLabel = "ALPHA",
      description = "Mix pairs of images (default: off).")
  private double mixup;

  @Option(
      names = "--cutmix",
      defaultValue = "0",
      paramLabel = "ALPHA",
      description = "Paste boxes between images (default: off).")
  private double cutmix;

  @Option(
      names = "--erasing",
      defaultValue = "0",
      paramLabel = "PROBABILITY",
      description = "Erase a random box of an image (default: off).")
  private double erasing;

  @Option(
      names = "--label-smoothing",
      defaultValue = "0",
      paramLabel = "SHARE",
      description = "Share of a target spread over all classes (default: ${DEFAULT-VALUE}).")
  private double labelSmoothing;

  Augmentation get() {
    return new Augmentation(flip, crop, mixup, cutmix, erasing, labelSmoothing);
  }
}
