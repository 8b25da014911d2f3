package io.github.weit.training.optim;

import io.github.weit.core.WeitException;

/** The learning rate of each step; steps count from 0. */
@FunctionalInterface
public interface Schedule {

  double rate(long step);

  /** The same rate at every step. */
  static Schedule constant(double rate) {
    return new Constant(rate);
  }

  /**
   * A linear rise, then half a cosine. With w warm-up steps of T in all:
   *
   * <pre>
   *   rate(s) = peak (s + 1) / (w + 1)                                         for s &lt; w
   *   rate(s) = floor + (peak - floor) (1 + cos(pi (s - w) / (T - w))) / 2     for w &lt;= s &lt; T
   *   rate(s) = floor                                                          for s &gt;= T
   * </pre>
   *
   * So step 0 has peak / (w + 1), never 0 (and the peak itself if there is no warm-up); step w has
   * exactly the peak; the last step, T - 1, is still above the floor by (peak - floor) (1 - cos(pi
   * / (T - w))) / 2, so that no step is wasted when the floor is 0.
   *
   * @param peak the highest rate, at least {@code floor}
   * @param warmupSteps 0 or more, fewer than {@code totalSteps}
   * @param totalSteps 1 or more
   * @param floor 0 or more
   */
  record WarmupCosine(double peak, long warmupSteps, long totalSteps, double floor)
      implements Schedule {
    public WarmupCosine {
      requirePeak(peak, floor);
      if (warmupSteps < 0 || warmupSteps >= totalSteps) {
        throw new WeitException(
            warmupSteps + " warm-up steps must be 0 or more and fewer than all " + totalSteps);
      }
    }

    @Override
    public double rate(long step) {
      requireStep(step);
      if (step < warmupSteps) {
        return peak * (step + 1) / (warmupSteps + 1);
      }
      if (step >= totalSteps) {
        return floor;
      }
      double progress = (double) (step - warmupSteps) / (totalSteps - warmupSteps);
      return floor + (peak - floor) * (1 + Math.cos(Math.PI * progress)) / 2;
    }
  }

  /**
   * A linear rise, the peak, and a linear fall; Haegele et al., "Scaling Laws and Compute-Optimal
   * Training Beyond Fixed Training Durations" (arXiv 2405.18392), compare it with a cosine. With w
   * warm-up steps and c of cooling down of T in all:
   *
   * <pre>
   *   rate(s) = peak (s + 1) / (w + 1)                                 for s &lt; w
   *   rate(s) = peak                                                   for w &lt;= s &lt; T - c
   *   rate(s) = floor + (peak - floor) (T - s) / (c + 1)               for T - c &lt;= s &lt; T
   *   rate(s) = floor                                                  for s &gt;= T
   * </pre>
   *
   * So no step has the floor alone.
   *
   * @param peak the highest rate, at least {@code floor}
   * @param warmupSteps 0 or more
   * @param cooldownSteps 0 or more, with the warm-up at most all
   * @param totalSteps 1 or more
   * @param floor 0 or more
   */
  record WarmupCooldown(
      double peak, long warmupSteps, long cooldownSteps, long totalSteps, double floor)
      implements Schedule {
    public WarmupCooldown {
      requirePeak(peak, floor);
      if (warmupSteps < 0 || cooldownSteps < 0 || warmupSteps + cooldownSteps > totalSteps) {
        throw new WeitException(
            "%d warm-up steps and %d of cooling down must be 0 or more and together at most all %d"
                .formatted(warmupSteps, cooldownSteps, totalSteps));
      }
    }

    @Override
    public double rate(long step) {
      requireStep(step);
      if (step < warmupSteps) {
        return peak * (step + 1) / (warmupSteps + 1);
      }
      if (step < totalSteps - cooldownSteps) {
        return peak;
      }
      long left = Math.max(0, totalSteps - step);
      return floor + (peak - floor) * left / (cooldownSteps + 1);
    }
  }

  /** The same rate at every step, the first and the last alike. */
  record Constant(double rate) implements Schedule {
    public Constant {
      requireRate("rate", rate);
    }

    @Override
    public double rate(long step) {
      requireStep(step);
      return rate;
    }
  }

  private static void requirePeak(double peak, double floor) {
    requireRate("floor", floor);
    requireRate("peak", peak);
    if (peak < floor) {
      throw new WeitException("the peak rate " + peak + " is below the floor " + floor);
    }
  }

  private static void requireRate(String name, double rate) {
    if (!(rate >= 0) || Double.isInfinite(rate)) {
      throw new WeitException(
          "the learning rate's " + name + " is " + rate + ", it must be 0 or more");
    }
  }

  private static void requireStep(long step) {
    if (step < 0) {
      throw new WeitException("step " + step + " is below 0");
    }
  }
}
