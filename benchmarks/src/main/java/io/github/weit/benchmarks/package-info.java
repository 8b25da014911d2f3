/** Measurements; what they gave is in benchmarks/results. */
package io.github.weit.benchmarks;
