package io.github.weit.models;

/**
 * What of a pre-training of many epochs goes with the architecture, as measured best
 * (docs/method-notes.md).
 *
 * @param family the same architecture, its templates as wide and shared as before and as many as
 *     such a training makes use of
 * @param matricesAlone whether only matrices and kernels of layers have templates, and everything
 *     else is a scaler as it is
 * @param templateRate multiplies the rate of templates
 * @param scalerRate multiplies the rate of scalers
 */
public record LongTraining(
    Family family, boolean matricesAlone, double templateRate, double scalerRate) {}
