package io.github.weit.baselines;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.scalers.ScalerFit;
import io.github.weit.training.Recipe;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.util.function.BooleanSupplier;

/**
 * What initialisers that learn from data are given.
 *
 * @param images few of them, usually
 * @param normalisation the one that the parent was trained with
 * @param recipe how long and how fast
 * @param listener is told of every step
 * @param stop ends the fit early; what was learnt until then is the result
 */
public record Fitting(
    ImageSet images,
    Normalisation normalisation,
    Recipe recipe,
    TrainingListener listener,
    BooleanSupplier stop) {

  /** A fit to its end that nobody follows. */
  public static Fitting of(ImageSet images, Normalisation normalisation, Recipe recipe) {
    return new Fitting(images, normalisation, recipe, TrainingListener.NONE, () -> false);
  }

  /** The same for another number of steps. */
  public Fitting withSteps(long steps) {
    return new Fitting(images, normalisation, recipe.withSteps(steps), listener, stop);
  }

  /** Batches in the order that a seed decides; to be closed. */
  BatchStream open(Seed seed) {
    return new BatchSource(
            images, normalisation, recipe.augmentation(), recipe.batchSize(), seed.child("data"))
        .open(0);
  }

  /** A model composed of frozen templates and scalers that are fitted from {@code start}. */
  SizedModel fitted(
      Family family, Size size, TemplateBank bank, ScalerSet start, Seed seed, NDManager manager) {
    try (NDManager scratch = manager.newSubManager();
        ScalerFit fit = new ScalerFit(family, size, bank, start, recipe, seed, scratch);
        BatchStream stream = open(seed)) {
      fit.run(stream::next, listener, stop);
      return SizedModel.compose(family, size, bank, fit.scalers(), manager);
    }
  }
}
