package io.github.weit.cli.report;

import java.util.Set;

/**
 * The test accuracy of one model at one moment: the row of a comparison's CSV.
 *
 * @param method how the model's first weights were made, for example {@code weit} or {@code
 *     scratch}
 * @param size name of the model's size, for example {@code 64x6}
 * @param width of the model; for reading, never computed with
 * @param depth of the model; for reading, never computed with
 * @param seed that decides first weights and the order of the images
 * @param phase {@link #COMPOSED}, {@link #FITTED} or {@link #TRAINED}
 * @param epoch epochs of ordinary training so far; 0 for the first two phases
 * @param steps optimiser steps of this phase so far
 * @param images images seen in this phase so far, repeats counted
 * @param accuracy on the test images, a fraction in [0, 1]
 * @param loss mean loss on the test images; NaN or infinite where a run diverged
 * @param parameters of the dense model
 * @param macs multiply-accumulates for one image
 * @param scalerParameters numbers the method fitted for this size; 0 where it fits none
 */
public record Measurement(
    String method,
    String size,
    int width,
    int depth,
    long seed,
    String phase,
    int epoch,
    long steps,
    long images,
    double accuracy,
    double loss,
    long parameters,
    long macs,
    long scalerParameters) {

  /** First weights, not trained in any way at this size. */
  public static final String COMPOSED = "composed";

  /** After fitting the few numbers a method may fit before ordinary training. */
  public static final String FITTED = "fitted";

  /** After {@code epoch} epochs of ordinary training, epoch 1 or later. */
  public static final String TRAINED = "trained";

  private static final Set<String> PHASES = Set.of(COMPOSED, FITTED, TRAINED);

  /** Checks every field. */
  public Measurement {
    Check.that(!method.isBlank(), "method", "a name", method);
    Check.that(!size.isBlank(), "size", "a name", size);
    Check.that(width > 0, "width", "1 or more", width);
    Check.that(depth > 0, "depth", "1 or more", depth);
    Check.that(PHASES.contains(phase), "phase", "composed, fitted or trained", phase);
    boolean trained = phase.equals(TRAINED);
    Check.that(trained == epoch > 0 && epoch >= 0, "epoch", trained ? "1 or more" : "0", epoch);
    Check.that(steps >= 0, "steps", "0 or more", steps);
    Check.that(images >= 0, "images", "0 or more", images);
    Check.that(accuracy >= 0 && accuracy <= 1, "accuracy", "a fraction from 0 to 1", accuracy);
    Check.that(parameters > 0, "parameters", "1 or more", parameters);
    Check.that(macs >= 0, "macs", "0 or more", macs);
    Check.that(scalerParameters >= 0, "scalerParameters", "0 or more", scalerParameters);
  }
}
