package io.github.weit.training;

import java.util.Locale;

/**
 * How well a classifier does.
 *
 * @param count images seen
 * @param loss mean cross entropy in nats
 * @param top1 the fraction whose label has the highest logit
 * @param top5 the fraction whose label is among the five highest; 1 if there are five classes or
 *     fewer
 */
public record Evaluation(long count, double loss, double top1, double top5) {

  /** The standard error of {@link #top1}, sqrt(p (1 - p) / count). */
  public double top1Error() {
    return Math.sqrt(top1 * (1 - top1) / count);
  }

  /** For people: {@code top-1 57.60 %, top-5 94.10 %, loss 1.2034 (4000 images)}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "top-1 %.2f %%, top-5 %.2f %%, loss %.4f (%d images)",
        100 * top1,
        100 * top5,
        loss,
        count);
  }
}
