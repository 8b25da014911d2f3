/** Where the numbers of a run go: a CSV file, TensorBoard event files, one line of text. */
package io.github.weit.training.metrics;
