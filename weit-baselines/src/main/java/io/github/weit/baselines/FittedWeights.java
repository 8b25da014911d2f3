package io.github.weit.baselines;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.models.Family;
import io.github.weit.models.ImageTransfer;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.scalers.FullSizeTeaching;
import io.github.weit.training.TeachingOptions;
import java.util.Optional;

/**
 * Another initialiser's weights, all of which are fitted as scalers are. With a larger model that
 * teaches, what is cut out of it is distilled from it (Hinton et al., arXiv 1503.02531), the usual
 * way to a smaller model and the control of what a fit gives without templates.
 *
 * @param name as in tables
 * @param first where the weights come from; on other images than the parent's a {@link
 *     Transferred}, since this fits what it is given and adapts nothing
 * @param full the size that the rate of {@code fitting} is for
 * @param fitting what they are fitted to
 * @param teaching what they learn from beside labels or instead
 */
public record FittedWeights(
    String name, Initialiser first, Size full, Fitting fitting, Optional<FullSizeTeaching> teaching)
    implements Initialiser {

  public FittedWeights {
    fitting.requireClassesKnown(
        teaching.map(FullSizeTeaching::options).orElse(TeachingOptions.LABELS));
  }

  /** Those that are selected from a larger model. */
  public static FittedWeights selected(
      Initialiser selection, Size full, Fitting fitting, Optional<FullSizeTeaching> teaching) {
    return new FittedWeights(
        Method.WEIGHT_SELECTION_FITTED.id(), selection, full, fitting, teaching);
  }

  /** Random ones: distilled into a new model. */
  public static FittedWeights random(
      Family family, Size full, Fitting fitting, Optional<FullSizeTeaching> teaching) {
    return new FittedWeights(
        Method.SCRATCH_FITTED.id(), new Scratch(family), full, fitting, teaching);
  }

  private void requireAdapted(SizedModel start) {
    fitting
        .transfer()
        .map(ImageTransfer::to)
        .filter(family -> !family.equals(start.family()))
        .ifPresent(
            family -> {
              throw new WeitException(
                  "%s: expected first weights of %s, found %s; adapt them with Transferred"
                      .formatted(name, family, start.family()));
            });
  }

  @Override
  public Optional<String> refusal(Size size) {
    return first.refusal(size);
  }

  @Override
  public SizedModel initialise(Size size, NDManager manager, Seed seed) {
    require(size);
    try (NDManager scratch = manager.newSubManager()) {
      SizedModel start = first.initialise(size, scratch, seed);
      requireAdapted(start);
      return fitting.at(full, size).fitted(start, fitting.lesson(teaching, scratch), seed, manager);
    }
  }
}
