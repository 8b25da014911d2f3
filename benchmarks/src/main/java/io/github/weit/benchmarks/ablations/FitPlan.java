package io.github.weit.benchmarks.ablations;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.models.Templates;
import io.github.weit.training.TeachingOptions;

/**
 * How scalers are fitted to a size.
 *
 * @param learnt whether templates are the learnt ones, or random as before any pre-training; the
 *     full size says what it says by the learnt ones either way
 * @param start where scalers start
 * @param images how many there are to learn from
 * @param steps of the optimiser; 0 for no fit
 * @param rate the peak, at the full size's width
 * @param teaching how they learn from what the full size says
 */
record FitPlan(
    boolean learnt,
    ScalerStart start,
    int images,
    long steps,
    double rate,
    TeachingOptions teaching) {

  /** Half a minute to a few minutes on one core. */
  static final FitPlan STANDARD =
      new FitPlan(true, ScalerStart.RESIZED, 10_000, 300, 2.5e-4, TeachingOptions.of(1));

  FitPlan withRandomTemplates() {
    return new FitPlan(false, start, images, steps, rate, teaching);
  }

  FitPlan withStart(ScalerStart value) {
    return new FitPlan(learnt, value, images, steps, rate, teaching);
  }

  FitPlan withImages(int value) {
    return new FitPlan(learnt, start, value, steps, rate, teaching);
  }

  FitPlan withSteps(long value) {
    return new FitPlan(learnt, start, images, value, rate, teaching);
  }

  FitPlan withRate(double value) {
    return new FitPlan(learnt, start, images, steps, value, teaching);
  }

  FitPlan withTeaching(TeachingOptions value) {
    return new FitPlan(learnt, start, images, steps, rate, value);
  }

  /** Whether a size is, before the fit, what the default composes. */
  boolean composesAsUsual() {
    return learnt == STANDARD.learnt && start == STANDARD.start;
  }

  /** The templates that scalers are fitted to; random ones are in {@code manager}. */
  TemplateBank bank(Templates templates, Seed seed, NDManager manager) {
    return learnt
        ? templates.bank()
        : TemplateBank.create(
            templates.bank().constraint(),
            templates.family().weights(templates.size()),
            manager,
            seed);
  }
}
