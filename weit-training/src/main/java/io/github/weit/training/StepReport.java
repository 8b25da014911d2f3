package io.github.weit.training;

import java.time.Duration;

/**
 * One finished step.
 *
 * @param step how many steps are done, from 1
 * @param steps how many there are in all
 * @param loss the mean loss of the step's batches, before the update; NaN if the step was skipped
 * @param learningRate the schedule's rate at this step
 * @param gradientNorm the global norm of the gradients before clipping; NaN if the step was skipped
 * @param stepsPerSecond the mean since this run was started or resumed
 * @param remaining the time the rest takes at that speed
 */
public record StepReport(
    long step,
    long steps,
    double loss,
    double learningRate,
    double gradientNorm,
    double stepsPerSecond,
    Duration remaining) {}
