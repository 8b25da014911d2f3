/**
 * What turns gradients into better weights: AdamW, clipping, schedules and the running average of
 * weights.
 */
package io.github.weit.training.optim;
