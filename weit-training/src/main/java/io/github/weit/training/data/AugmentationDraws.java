package io.github.weit.training.data;

import io.github.weit.core.Seed;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The random numbers of one batch, drawn on the host: a pure function of the augmentation, the
 * sizes and the seed. Each kind has a stream of its own, so switching one on leaves the others as
 * they were.
 *
 * @param top row of the crop in the padded image, one per image, 0 to 2 x padding
 * @param left column of the crop, one per image
 * @param flip whether to mirror, one per image
 * @param erase what to erase, one per image; empty boxes for nothing
 * @param weight share of an image itself in its mix with its partner, 1 for no mixing
 * @param cut the box pasted from the partner (CutMix), or an empty box: blend with {@code weight}
 */
record AugmentationDraws(
    int[] top, int[] left, boolean[] flip, Box[] erase, double weight, Box cut) {

  private static final int ERASE_ATTEMPTS = 10;

  static AugmentationDraws draw(Augmentation how, int batch, int height, int width, Seed seed) {
    int[] top = new int[batch];
    int[] left = new int[batch];
    if (how.cropPadding() > 0) {
      RandomGenerator random = seed.child("crop").generator();
      for (int i = 0; i < batch; i++) {
        top[i] = random.nextInt(2 * how.cropPadding() + 1);
        left[i] = random.nextInt(2 * how.cropPadding() + 1);
      }
    }
    boolean[] flip = new boolean[batch];
    if (how.flip()) {
      RandomGenerator random = seed.child("flip").generator();
      for (int i = 0; i < batch; i++) {
        flip[i] = random.nextBoolean();
      }
    }
    Box[] erase = new Box[batch];
    Arrays.fill(erase, Box.EMPTY);
    if (how.erasingProbability() > 0) {
      RandomGenerator random = seed.child("erase").generator();
      for (int i = 0; i < batch; i++) {
        if (random.nextDouble() < how.erasingProbability()) {
          erase[i] = eraseBox(height, width, random);
        }
      }
    }
    return mix(how, top, left, flip, erase, height, width, seed.child("mix").generator());
  }

  private static AugmentationDraws mix(
      Augmentation how,
      int[] top,
      int[] left,
      boolean[] flip,
      Box[] erase,
      int height,
      int width,
      RandomGenerator random) {
    boolean mixup = how.mixupAlpha() > 0;
    boolean cutmix = how.cutmixAlpha() > 0;
    if (mixup && cutmix) {
      cutmix = random.nextBoolean();
    }
    if (cutmix) {
      Box cut = cutBox(beta(how.cutmixAlpha(), random), height, width, random);
      double weight = 1 - (double) cut.area() / ((double) height * width);
      return new AugmentationDraws(top, left, flip, erase, weight, cut);
    }
    double weight = mixup ? beta(how.mixupAlpha(), random) : 1;
    return new AugmentationDraws(top, left, flip, erase, weight, Box.EMPTY);
  }

  /**
   * A box of 2 % to 33 % of the image, of sides 0.3 : 1 to 1 : 0.3; empty if ten tries do not fit.
   */
  static Box eraseBox(int height, int width, RandomGenerator random) {
    double limit = Math.log(1 / 0.3);
    for (int attempt = 0; attempt < ERASE_ATTEMPTS; attempt++) {
      double area = (0.02 + random.nextDouble() * (1.0 / 3 - 0.02)) * height * width;
      double ratio = Math.exp((2 * random.nextDouble() - 1) * limit);
      int h = (int) Math.round(Math.sqrt(area * ratio));
      int w = (int) Math.round(Math.sqrt(area / ratio));
      if (h > 0 && w > 0 && h < height && w < width) {
        int top = random.nextInt(height - h + 1);
        int left = random.nextInt(width - w + 1);
        return new Box(top, left, top + h, left + w);
      }
    }
    return Box.EMPTY;
  }

  /**
   * A box around a random centre, of relative area 1 - weight before it is clipped to the image.
   */
  static Box cutBox(double weight, int height, int width, RandomGenerator random) {
    double ratio = Math.sqrt(1 - weight);
    int h = (int) (height * ratio);
    int w = (int) (width * ratio);
    int y = random.nextInt(height);
    int x = random.nextInt(width);
    Box box =
        new Box(
            Math.max(0, y - h / 2),
            Math.max(0, x - w / 2),
            Math.min(height, y + h / 2),
            Math.min(width, x + w / 2));
    return box.area() == 0 ? Box.EMPTY : box;
  }

  /**
   * Beta(alpha, alpha) as g / (g + g'), g and g' from Gamma(alpha, 1), in logarithms against
   * underflow.
   */
  static double beta(double alpha, RandomGenerator random) {
    double a = logGamma(alpha, random);
    double b = logGamma(alpha, random);
    return 1 / (1 + Math.exp(b - a));
  }

  /**
   * The logarithm of a Gamma(alpha, 1) number (Marsaglia and Tsang 2000, with their rule for alpha
   * below 1).
   */
  private static double logGamma(double alpha, RandomGenerator random) {
    if (alpha < 1) {
      return logGamma(alpha + 1, random) + Math.log(1 - random.nextDouble()) / alpha;
    }
    double d = alpha - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = random.nextGaussian();
      double v = Math.pow(1 + c * x, 3);
      if (v > 0 && Math.log(1 - random.nextDouble()) < x * x / 2 + d - d * v + d * Math.log(v)) {
        return Math.log(d * v);
      }
    }
  }
}
