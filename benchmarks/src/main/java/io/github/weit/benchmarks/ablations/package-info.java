/** What each choice in pre-training and fitting is worth, one choice at a time. */
package io.github.weit.benchmarks.ablations;
