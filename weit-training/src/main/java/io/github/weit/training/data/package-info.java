/**
 * Labelled images: readers, statistics, batches, augmentation. Images live in host memory as bytes;
 * a batch becomes an array, and is augmented and normalised, on the training thread's device.
 */
package io.github.weit.training.data;
