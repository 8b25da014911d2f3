package io.github.weit.baselines;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Resize;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.scalers.FullSizeTeaching;
import io.github.weit.training.Lesson;
import io.github.weit.training.Recipe;
import io.github.weit.training.TeachingOptions;
import io.github.weit.training.data.BatchSource;
import java.util.Optional;

/**
 * Learnt templates, with scalers that start from the pre-trained ones and are fitted. With
 * templates of {@link Parent#DISTILLED_TEMPLATES} this is WAVE (arXiv 2406.17503), with those of
 * {@link Parent#TEMPLATES} it is what the others are compared with, and with a {@link
 * Parent#SUPERNET} the control that has a fit and no templates.
 *
 * @param name as in tables
 * @param templates what was learnt; not closed by this
 * @param unevenness of shares where the size is wider, see {@link Resize}
 * @param fitting what scalers are fitted to; its rate is for the width of the templates' full size,
 *     see {@link io.github.weit.scalers.ScalerFit#recipe}
 * @param teaching how they learn from what the full size says, see {@link FullSizeTeaching}; 0 for
 *     labels alone. A parent of other images has nothing to say and does not teach
 */
public record FittedTemplates(
    String name, Templates templates, double unevenness, Fitting fitting, TeachingOptions teaching)
    implements Initialiser {

  public FittedTemplates {
    fitting.requireClassesKnown(teaching);
  }

  /** WAVE: templates that were distilled from a dense model. */
  public static FittedTemplates wave(Templates distilled, double unevenness, Fitting fitting) {
    return new FittedTemplates(
        Method.WAVE.id(), distilled, unevenness, fitting, TeachingOptions.LABELS);
  }

  /**
   * A supernet's part that gets the same fit. A supernet's scalers are its weights, so all of them
   * are fitted and nothing is shared any more.
   */
  public static FittedTemplates supernet(
      Templates supernet, double unevenness, Fitting fitting, TeachingOptions teaching) {
    return new FittedTemplates(
        Method.SUPERNET_FITTED.id(), supernet, unevenness, fitting, teaching);
  }

  @Override
  public Optional<String> refusal(Size size) {
    return Refusals.unsuited(templates, size);
  }

  @Override
  public SizedModel initialise(Size size, NDManager manager, Seed seed) {
    require(size);
    ComposedTemplates composed = new ComposedTemplates(name, templates, unevenness);
    try (NDManager scratch = manager.newSubManager()) {
      ScalerSet start = composed.scalers(size, scratch, seed);
      return fitting
          .at(templates.size(), size)
          .fitted(
              templates.family(),
              size,
              templates.bank(),
              start,
              source -> lesson(source, scratch),
              seed,
              manager);
    }
  }

  private Lesson lesson(BatchSource source, NDManager scratch) {
    if (teaching.isLabelsAlone()) {
      return Lesson.ofLabels(source);
    }
    Recipe recipe = fitting.recipe();
    SizedModel full = templates.compose(templates.size(), scratch);
    return new FullSizeTeaching(full, teaching, recipe.precision()).lesson(source, recipe, scratch);
  }
}
