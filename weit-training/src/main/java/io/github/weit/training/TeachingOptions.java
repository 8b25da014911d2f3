package io.github.weit.training;

import io.github.weit.core.WeitException;

/**
 * How a network learns from a teacher, see {@link Distillation}.
 *
 * @param weight how much it learns from it, from 0 (labels alone) to 1 (the teacher alone)
 * @param temperature T, positive: logits of both are divided by it, so that above 1 more is learnt
 *     of what the teacher holds to be unlikely
 * @param bothViews whether the teacher says of an image the mean of what it says of the image and
 *     of its mirror image, where training mirrors images at random and the teacher needs no batch
 *     for it (batch norms); elsewhere it says what it says of the image as it is shown
 */
public record TeachingOptions(double weight, double temperature, boolean bothViews) {

  /** No teacher. */
  public static final TeachingOptions LABELS = of(0);

  /** By a teacher alone as it measured best for fits, docs/method-notes.md. */
  public static final TeachingOptions TUNED = of(1).withBothViews(true);

  public TeachingOptions {
    if (!(weight >= 0 && weight <= 1)) {
      throw new WeitException("the weight of a teacher must be from 0 to 1, found " + weight);
    }
    if (!(temperature > 0) || Double.isInfinite(temperature)) {
      throw new WeitException("the temperature must be positive, found " + temperature);
    }
  }

  /** At a temperature of 1, of the image as it is shown. */
  public static TeachingOptions of(double weight) {
    return new TeachingOptions(weight, 1, false);
  }

  public TeachingOptions withTemperature(double value) {
    return new TeachingOptions(weight, value, bothViews);
  }

  public TeachingOptions withBothViews(boolean value) {
    return new TeachingOptions(weight, temperature, value);
  }

  /** Whether labels alone are learnt from. */
  public boolean isLabelsAlone() {
    return weight == 0;
  }

  /** The weight alone where nothing else is said, as facts of runs have it. */
  @Override
  public String toString() {
    if (isLabelsAlone()) {
      return Double.toString(weight);
    }
    String softness = temperature == 1 ? "" : ", temperature " + temperature;
    return weight + softness + (bothViews ? ", both views" : "");
  }
}
