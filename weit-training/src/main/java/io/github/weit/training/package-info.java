/**
 * The training loop over any set of named leaf arrays, and evaluation. It knows neither templates
 * nor models: what a batch is and how a loss comes from it is the caller's, see {@link
 * io.github.weit.training.Objective}.
 */
package io.github.weit.training;
