package io.github.weit.benchmarks.ablations;

/**
 * How scalers are fitted to a size.
 *
 * @param start where they start
 * @param images how many there are to learn from
 * @param steps of the optimiser; 0 for no fit
 * @param rate the peak
 */
record FitPlan(ScalerStart start, int images, long steps, double rate) {

  FitPlan withStart(ScalerStart value) {
    return new FitPlan(value, images, steps, rate);
  }

  FitPlan withImages(int value) {
    return new FitPlan(start, value, steps, rate);
  }

  FitPlan withSteps(long value) {
    return new FitPlan(start, images, value, rate);
  }

  FitPlan withRate(double value) {
    return new FitPlan(start, images, steps, value);
  }
}
