package io.github.weit.scalers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.Precision;
import io.github.weit.models.Family;
import io.github.weit.models.Pass;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.training.Classification;
import io.github.weit.training.Distillation;
import io.github.weit.training.Lesson;
import io.github.weit.training.LogitsSource;
import io.github.weit.training.Objective;
import io.github.weit.training.Recipe;
import io.github.weit.training.TeachingOptions;
import io.github.weit.training.data.Batch;
import io.github.weit.training.data.BatchSource;

/**
 * A fit that learns from the full size as well as from labels. Templates come with the scalers of
 * the size that they were learnt at, so the model of that size is there at no cost; what it says of
 * an image holds more than the label does, and a few images with it are harder to learn by heart:
 *
 * <pre>  loss = a T^2 KL(softmax(v / T) || softmax(z / T)) + (1 - a) crossEntropy(z, y)</pre>
 *
 * <p>with logits v of the full size, z of the size that is fitted, targets y, weight a and
 * temperature T. This is ours and not part of the paper's method; the loss is that of {@link
 * Distillation}.
 *
 * <p>What the full size says of an image does not change, so {@link #lesson} asks once for each
 * image, and for its mirror image, where that is less work than asking at every step: a step at
 * half of the width takes fewer multiplications than the answers to it would.
 *
 * @param full the model of the full size, {@link Templates#compose} of {@link Templates#size}; it
 *     must stay open
 * @param options a and T, and of which views the full size is asked
 * @param precision of what the full size computes
 */
public record FullSizeTeaching(SizedModel full, TeachingOptions options, Precision precision) {

  /** At a temperature of 1, of images as they are shown. */
  public FullSizeTeaching(SizedModel full, double weight, Precision precision) {
    this(full, TeachingOptions.of(weight), precision);
  }

  /**
   * How a fit of {@code recipe} is taught on batches of {@code source}: by answers that were asked
   * beforehand, or by asking at every step where images differ by more than mirroring, where a step
   * needs the batch (batch norms), or where there are too few steps or too many classes, see {@link
   * Distillation#lesson}. By labels alone if the weight is 0.
   *
   * @param recipe of the fit; its augmentation is the source's
   * @param manager decides the device; nothing is left in it
   */
  public Lesson lesson(BatchSource source, Recipe recipe, NDManager manager) {
    return distillation().lesson(source, recipe, manager);
  }

  /**
   * Images that the full size is shown in a fit, which is what teaching costs, see {@link
   * Distillation#shown}.
   *
   * @param images that are fitted on
   */
  public static long shown(
      Family family, Size full, TeachingOptions options, int images, Recipe recipe) {
    return distillation(family, full, options, pixels -> pixels)
        .shown(images, family.classes(), recipe);
  }

  /** Whether the mean over images and their mirror images is learnt from in a fit. */
  public static boolean isOfBothViews(
      Family family, Size full, TeachingOptions options, Recipe recipe) {
    return distillation(family, full, options, pixels -> pixels).isAskedForBoth(recipe);
  }

  private Distillation distillation() {
    return distillation(full.family(), full.size(), options, this::said);
  }

  private static Distillation distillation(
      Family family, Size full, TeachingOptions options, LogitsSource source) {
    return new Distillation(source, options, !family.statistics(full).isEmpty());
  }

  /** The loss above of a network that is fitted, asking at every step. */
  public Objective<Batch> of(Classification network) {
    return distillation().of(network);
  }

  /** Batch norms see the batch, as they do in the fit: a composed model has no statistics yet. */
  private NDArray said(NDArray images) {
    Pass pass = Pass.training(0, new Seed(0)).withPrecision(precision);
    return full.family().forward(full.weights(), full.size(), images, pass);
  }
}
