package io.github.weit.benchmarks.ablations;

/**
 * How scalers are fitted to a size.
 *
 * @param start where they start
 * @param images how many there are to learn from
 * @param steps of the optimiser; 0 for no fit
 * @param rate the peak, at the full size's width
 * @param teaching how much they learn from what the full size says; 0 for labels alone
 */
record FitPlan(ScalerStart start, int images, long steps, double rate, double teaching) {

  /** Half a minute to a few minutes on one core. */
  static final FitPlan STANDARD = new FitPlan(ScalerStart.RESIZED, 10_000, 300, 2.5e-4, 1);

  FitPlan withStart(ScalerStart value) {
    return new FitPlan(value, images, steps, rate, teaching);
  }

  FitPlan withImages(int value) {
    return new FitPlan(start, value, steps, rate, teaching);
  }

  FitPlan withSteps(long value) {
    return new FitPlan(start, images, value, rate, teaching);
  }

  FitPlan withRate(double value) {
    return new FitPlan(start, images, steps, value, teaching);
  }

  FitPlan withTeaching(double value) {
    return new FitPlan(start, images, steps, rate, value);
  }
}
