package io.github.weit.training;

import java.time.Duration;

/**
 * What a call of {@link TrainingLoop#run} did.
 *
 * @param position how many steps are done in all
 * @param stepsRun how many of them this call did
 * @param skipped how many of those were skipped, as their loss or gradient was not a number
 * @param lastLoss the loss of the last step that was not skipped, NaN if there was none
 * @param meanLoss the mean loss of this call's steps, those skipped left out, NaN if none was done
 * @param elapsed how long this call took
 * @param stopped whether it ended because it was asked to, or its thread was interrupted
 */
public record TrainingResult(
    long position,
    long stepsRun,
    long skipped,
    double lastLoss,
    double meanLoss,
    Duration elapsed,
    boolean stopped) {}
