package io.github.weit.scalers;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Resize;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.ImageFacts;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.training.Lesson;
import io.github.weit.training.Recipe;
import io.github.weit.training.TeachingOptions;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.DataFacts;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.util.function.BooleanSupplier;

/**
 * Stage 2 in one call: a model of any size whose scalers have learnt what the templates' full size
 * says of some images. Their labels are not learnt from; they only see to it that of more images
 * than are wanted as many of each class are taken.
 *
 * <pre>{@code
 * try (Templates templates = Templates.load(file, manager)) {
 *   SizedModel model = TaughtFit.tuned().run(templates, new Size(96, 4), images, manager);
 * }
 * }</pre>
 *
 * <p>It is what {@code weit fit --tuned} does; for labels, checkpoints or a start of your own there
 * is {@link ScalerFit}.
 *
 * @param recipe its rate is for the full size, see {@link ScalerFit#recipe}
 * @param images the most images that are learnt from, a random part of those given
 * @param teaching how the full size is asked; all is learnt from it
 * @param seed decides which those are, their order, and how copies part where a size is wider
 * @param listener is told of every step
 * @param stop ends the fit early, as an interrupt of the thread does; what was learnt until then is
 *     the result
 */
public record TaughtFit(
    Recipe recipe,
    int images,
    TeachingOptions teaching,
    Seed seed,
    TrainingListener listener,
    BooleanSupplier stop) {

  /** Steps that measured best here. */
  public static final long STEPS = 1000;

  /** The most images that measured best here. */
  public static final int IMAGES = 10_000;

  /** The peak rate at the full size's width that measured best here. */
  public static final double RATE = 2.5e-4;

  public TaughtFit {
    if (teaching.weight() != 1) {
      throw new WeitException(
          "a taught fit learns no labels: expected a teacher's weight of 1, found "
              + teaching.weight());
    }
  }

  /**
   * What measured best here (docs/method-notes.md): 1,000 steps of 64 images, of up to 10,000 that
   * are mirrored at random, by {@link TeachingOptions#TUNED}.
   */
  public static TaughtFit tuned() {
    Recipe recipe = Recipe.of(STEPS, 64).withLearningRate(RATE).withAugmentation(Augmentation.FLIP);
    return new TaughtFit(
        recipe, IMAGES, TeachingOptions.TUNED, new Seed(0), TrainingListener.NONE, () -> false);
  }

  public TaughtFit withRecipe(Recipe value) {
    return new TaughtFit(value, images, teaching, seed, listener, stop);
  }

  public TaughtFit withSteps(long steps) {
    return withRecipe(recipe.withSteps(steps));
  }

  public TaughtFit withImages(int most) {
    return new TaughtFit(recipe, most, teaching, seed, listener, stop);
  }

  /** The same, asked otherwise; the weight must be 1, there are no labels. */
  public TaughtFit withTeaching(TeachingOptions value) {
    return new TaughtFit(recipe, images, value, seed, listener, stop);
  }

  public TaughtFit withSeed(Seed value) {
    return new TaughtFit(recipe, images, teaching, value, listener, stop);
  }

  public TaughtFit withListener(TrainingListener value) {
    return new TaughtFit(recipe, images, teaching, seed, value, stop);
  }

  public TaughtFit withStop(BooleanSupplier value) {
    return new TaughtFit(recipe, images, teaching, seed, listener, value);
  }

  /**
   * Composes, fits, and measures the statistics of batch norms where there are some. Images are
   * normalised as those that templates were learnt on, {@code
   * DataFacts.normalisation(templates.provenance())}; batches are no larger than there are images.
   *
   * @param templates learnt on images like {@code set}; they stay as they are
   * @param set to learn from, of the same height, width, channels and classes
   * @param manager owner of the model's weights
   * @throws WeitException if the family has no such size, the images have another shape or number
   *     of classes, or the templates do not say how theirs were normalised
   */
  public SizedModel run(Templates templates, Size size, ImageSet set, NDManager manager) {
    templates.family().requireLegal(size);
    Family family = templates.family();
    if (set.classes().size() != family.classes()) {
      throw new WeitException(
          "the templates know %d classes, %s has %d; fit on images of those classes, or compose without a fit and train"
              .formatted(family.classes(), set.id(), set.classes().size()));
    }
    set.requireFor(family + "", family.inputShape(), family.classes());
    Normalisation normalisation = DataFacts.normalisation(templates.provenance());
    ImageSet some = images < set.size() ? set.subset(images, seed.child("images")) : set;
    Recipe own =
        ScalerFit.recipe(recipe, templates.size(), size)
            .withBatchSize(Math.min(recipe.batchSize(), some.size()));
    BatchSource source = own.batches(some, normalisation, seed.child("data"));
    try (NDManager scratch = manager.newSubManager();
        SizedModel full = templates.compose(templates.size(), scratch);
        ScalerSet start =
            templates.scalersFor(size, Resize.parting(seed.child("resize")), scratch)) {
      Lesson lesson =
          new FullSizeTeaching(full, teaching, own.precision()).lesson(source, own, scratch);
      try (ScalerFit fit =
          new ScalerFit(templates.family(), size, templates.bank(), start, own, seed, scratch)) {
        fit.run(lesson, listener, stop);
        SizedModel fitted =
            fit.model(manager).withProvenance(ImageFacts.in(templates.provenance()));
        return CalibrationImages.calibrate(fitted, set, normalisation);
      }
    }
  }
}
