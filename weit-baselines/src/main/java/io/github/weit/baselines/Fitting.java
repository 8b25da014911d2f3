package io.github.weit.baselines;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.Constraint;
import io.github.weit.core.DenseConstraint;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeitException;
import io.github.weit.models.Family;
import io.github.weit.models.ImageTransfer;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.scalers.FullSizeTeaching;
import io.github.weit.scalers.ScalerFit;
import io.github.weit.training.Lesson;
import io.github.weit.training.Recipe;
import io.github.weit.training.TeachingOptions;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.BatchStream;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * What initialisers that learn from data are given.
 *
 * @param images few of them, usually
 * @param normalisation the one that the parent was trained with, or of other images their own
 * @param recipe how long and how fast
 * @param listener is told of every step
 * @param stop ends the fit early, as an interrupt of the thread does; what was learnt until then is
 *     the result
 * @param transfer where the parent was trained on other images than these: results are models for
 *     these
 */
public record Fitting(
    ImageSet images,
    Normalisation normalisation,
    Recipe recipe,
    TrainingListener listener,
    BooleanSupplier stop,
    Optional<ImageTransfer> transfer) {

  /** For images like those that the parent was trained on. */
  public Fitting(
      ImageSet images,
      Normalisation normalisation,
      Recipe recipe,
      TrainingListener listener,
      BooleanSupplier stop) {
    this(images, normalisation, recipe, listener, stop, Optional.empty());
  }

  /** A fit to its end that nobody follows. */
  public static Fitting of(ImageSet images, Normalisation normalisation, Recipe recipe) {
    return new Fitting(images, normalisation, recipe, TrainingListener.NONE, () -> false);
  }

  /** The same for another number of steps. */
  public Fitting withSteps(long steps) {
    return new Fitting(images, normalisation, recipe.withSteps(steps), listener, stop, transfer);
  }

  /** The same at another peak rate. */
  public Fitting withRate(double rate) {
    return new Fitting(
        images, normalisation, recipe.withLearningRate(rate), listener, stop, transfer);
  }

  /** The same at a size, where the recipe is for {@code full}: see {@link ScalerFit#recipe}. */
  Fitting at(Size full, Size size) {
    Recipe scaled = ScalerFit.recipe(recipe, full, size);
    return new Fitting(images, normalisation, scaled, listener, stop, transfer);
  }

  /** The same from a parent that was trained on other images. */
  public Fitting withTransfer(Optional<ImageTransfer> value) {
    return new Fitting(images, normalisation, recipe, listener, stop, value);
  }

  /**
   * Asserts that a model of the parent's can teach, if it is to.
   *
   * @param teaching how it is to
   */
  void requireClassesKnown(TeachingOptions teaching) {
    if (!teaching.isLabelsAlone() && transfer.isPresent()) {
      throw new WeitException(
          "templates that were learnt on other images can't teach a fit, they know no other classes: expected a weight of 0, found "
              + teaching.weight());
    }
  }

  /** Batches in the order that a seed decides. */
  BatchSource source(Seed seed) {
    return recipe.batches(images, normalisation, seed.child("data"));
  }

  /** A stream of them; to be closed. */
  BatchStream open(Seed seed) {
    return source(seed).open(0);
  }

  /**
   * A model composed of frozen templates and scalers that are fitted from {@code start}. Where
   * there is a transfer, what it adapts or starts anew has no templates and is trained as it is,
   * beside the scalers of everything else.
   *
   * @param family of the templates
   * @param lesson what is learnt of a source of batches
   */
  SizedModel fitted(
      Family family,
      Size size,
      TemplateBank bank,
      ScalerSet start,
      Function<BatchSource, Lesson> lesson,
      Seed seed,
      NDManager manager) {
    Lesson taught = lesson.apply(source(seed));
    try (NDManager scratch = manager.newSubManager();
        ScalerFit fit = fit(family, size, bank, start, seed, scratch)) {
      fit.run(taught, listener, stop);
      return fit.model(manager);
    }
  }

  /** A model all of whose weights are fitted from those of {@code start}; no templates. */
  SizedModel fitted(
      SizedModel start, Function<BatchSource, Lesson> lesson, Seed seed, NDManager manager) {
    Lesson taught = lesson.apply(source(seed));
    Constraint none = new DenseConstraint();
    try (NDManager scratch = manager.newSubManager();
        ScalerFit fit =
            new ScalerFit(
                start.family(),
                start.size(),
                TemplateBank.create(none, List.of(), scratch, seed),
                ScalerSet.create(none, List.of(), scratch, seed),
                start.weights(),
                recipe,
                seed,
                scratch)) {
      fit.run(taught, listener, stop);
      return fit.model(manager);
    }
  }

  /** What a fit learns of its batches: a teacher's word, or labels if there is none. */
  Function<BatchSource, Lesson> lesson(Optional<FullSizeTeaching> teaching, NDManager scratch) {
    return source ->
        teaching
            .map(teacher -> teacher.lesson(source, recipe, scratch))
            .orElseGet(() -> Lesson.ofLabels(source));
  }

  private ScalerFit fit(
      Family family, Size size, TemplateBank bank, ScalerSet start, Seed seed, NDManager scratch) {
    if (transfer.isEmpty()) {
      return new ScalerFit(family, size, bank, start, recipe, seed, scratch);
    }
    ImageTransfer change = transfer.get();
    SizedModel composed = SizedModel.compose(family, size, bank, start, scratch);
    SizedModel adapted = change.adapt(composed, scratch, Transferred.seed(seed));
    Map<String, NDArray> free = new LinkedHashMap<>(adapted.weights().asMap());
    free.keySet().removeAll(change.parts(size).kept());
    ScalerSet scalers = start.only(change.kept(size));
    return new ScalerFit(
        change.to(), size, bank, scalers, NamedArrays.of(free), recipe, seed, scratch);
  }
}
