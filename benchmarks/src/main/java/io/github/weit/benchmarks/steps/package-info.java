/**
 * Whole training steps, ours against others', timed in turns in a process for each. {@link
 * io.github.weit.benchmarks.steps.Steps} is the program.
 */
package io.github.weit.benchmarks.steps;
