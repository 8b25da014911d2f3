package io.github.weit.benchmarks.ablations;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.engine.Precision;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.scalers.FullSizeTeaching;
import io.github.weit.scalers.ScalerFit;
import io.github.weit.training.Lesson;
import io.github.weit.training.Recipe;
import io.github.weit.training.TrainingListener;
import io.github.weit.training.data.Augmentation;
import io.github.weit.training.data.BatchSource;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;

/**
 * Fits scalers as a {@link FitPlan} says.
 *
 * @param train what images are drawn from, the same ten thousand for all and of these what a plan
 *     asks for
 * @param normalisation that of pre-training
 * @param precision of the fit's steps
 */
record Fits(ImageSet train, Normalisation normalisation, Precision precision, Seed seed) {

  private static final int BATCH = 64;
  private static final int MOST_IMAGES = 10_000;

  /**
   * The fitted scalers, in {@code own}.
   *
   * @param bank what they are fitted to, see {@link FitPlan#bank}
   */
  ScalerSet fit(
      FitPlan plan,
      Templates templates,
      TemplateBank bank,
      Size size,
      ScalerSet start,
      NDManager own) {
    ImageSet images =
        train
            .subset(MOST_IMAGES, new Seed(0).child("subset"))
            .subset(plan.images(), seed.child("fit"));
    int batch = Math.min(BATCH, plan.images());
    Recipe recipe =
        Recipe.of(plan.steps(), batch)
            .withLearningRate(plan.rate())
            .withPrecision(precision)
            .withAugmentation(Augmentation.FLIP);
    BatchSource source =
        new BatchSource(images, normalisation, recipe.augmentation(), batch, seed.child("data"));
    Lesson lesson = lesson(plan, templates, source, recipe, own);
    try (ScalerFit fit =
        new ScalerFit(
            templates.family(),
            size,
            bank,
            start,
            ScalerFit.recipe(recipe, templates.size(), size),
            seed,
            own)) {
      fit.run(lesson, TrainingListener.NONE, () -> false);
      return fit.scalers().copyTo(own);
    }
  }

  private static Lesson lesson(
      FitPlan plan, Templates templates, BatchSource source, Recipe recipe, NDManager own) {
    if (plan.teaching().isLabelsAlone()) {
      return Lesson.ofLabels(source);
    }
    SizedModel full = templates.compose(templates.size(), own);
    return new FullSizeTeaching(full, plan.teaching(), recipe.precision())
        .lesson(source, recipe, own);
  }
}
