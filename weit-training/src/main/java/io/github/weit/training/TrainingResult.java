package io.github.weit.training;

import java.time.Duration;

/**
 * What a call of {@link TrainingLoop#run} did.
 *
 * @param position how many steps are done in all
 * @param stepsRun how many of them this call did
 * @param lastLoss the last step's loss, NaN if no step was done
 * @param meanLoss the mean loss of this call's steps, NaN if no step was done
 * @param elapsed how long this call took
 * @param stopped whether it ended because it was asked to
 */
public record TrainingResult(
    long position,
    long stepsRun,
    double lastLoss,
    double meanLoss,
    Duration elapsed,
    boolean stopped) {}
