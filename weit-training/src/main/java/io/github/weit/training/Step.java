package io.github.weit.training;

import io.github.weit.core.Seed;

/**
 * Where training stands when an {@link Objective} is asked.
 *
 * @param index the optimiser's step, from 0; the same for all batches that are accumulated into it
 * @param seed the source of everything random in this loss, another for every batch
 */
public record Step(long index, Seed seed) {}
