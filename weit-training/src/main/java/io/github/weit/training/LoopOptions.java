package io.github.weit.training;

import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.training.optim.AdamWOptions;
import io.github.weit.training.optim.Schedule;

/**
 * How a {@link TrainingLoop} runs.
 *
 * @param steps the optimiser's steps in all, 1 or more
 * @param schedule the learning rate of each step
 * @param clipNorm the largest global norm of the gradients; 0 turns clipping off
 * @param accumulation batches per step, 1 or more; the step follows the mean of their losses
 * @param adam the optimiser's constants
 * @param emaDecay the decay of the running average of weights; 0 turns it off
 * @param skippable how many steps may be skipped because their loss or gradient is not a number; 0
 *     ends the run at the first
 * @param seed decides everything random in the losses
 */
public record LoopOptions(
    long steps,
    Schedule schedule,
    double clipNorm,
    int accumulation,
    AdamWOptions adam,
    double emaDecay,
    int skippable,
    Seed seed) {

  public LoopOptions {
    check(steps, clipNorm, accumulation, emaDecay, skippable);
  }

  /**
   * Asserts what a loop needs of its numbers.
   *
   * @throws WeitException if one is out of its range
   */
  static void check(long steps, double clipNorm, int accumulation, double emaDecay, int skippable) {
    require(steps >= 1, "the number of steps must be at least 1", steps);
    require(
        clipNorm >= 0 && Double.isFinite(clipNorm),
        "the clipping norm must be above 0, or 0 for none",
        clipNorm);
    require(accumulation >= 1, "the batches per step must be at least 1", accumulation);
    require(
        emaDecay >= 0 && emaDecay < 1,
        "the average's decay must be in (0, 1), or 0 for no average",
        emaDecay);
    require(skippable >= 0, "the steps that may be skipped must be 0 or more", skippable);
  }

  private static void require(boolean fine, String rule, Number found) {
    if (!fine) {
      throw new WeitException(rule + "; found " + found);
    }
  }

  /** Gradients clipped to norm 1, one batch per step, the usual AdamW, no average. */
  public static LoopOptions of(long steps, Schedule schedule, Seed seed) {
    return new LoopOptions(steps, schedule, 1, 1, AdamWOptions.DEFAULT, 0, 0, seed);
  }

  /**
   * As {@link #of}, with a warm-up over the first twentieth of the steps and a cosine down to a
   * hundredth.
   */
  public static LoopOptions cosine(long steps, double peak, Seed seed) {
    return of(steps, new Schedule.WarmupCosine(peak, steps / 20, steps, peak / 100), seed);
  }

  public LoopOptions withClipNorm(double norm) {
    return new LoopOptions(steps, schedule, norm, accumulation, adam, emaDecay, skippable, seed);
  }

  public LoopOptions withAccumulation(int batches) {
    return new LoopOptions(steps, schedule, clipNorm, batches, adam, emaDecay, skippable, seed);
  }

  public LoopOptions withAdam(AdamWOptions constants) {
    return new LoopOptions(
        steps, schedule, clipNorm, accumulation, constants, emaDecay, skippable, seed);
  }

  public LoopOptions withEma(double decay) {
    return new LoopOptions(steps, schedule, clipNorm, accumulation, adam, decay, skippable, seed);
  }

  public LoopOptions withSchedule(Schedule other) {
    return new LoopOptions(steps, other, clipNorm, accumulation, adam, emaDecay, skippable, seed);
  }

  public LoopOptions withSkippable(int most) {
    return new LoopOptions(steps, schedule, clipNorm, accumulation, adam, emaDecay, most, seed);
  }
}
