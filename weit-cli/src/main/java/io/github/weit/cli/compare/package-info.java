/**
 * The experiment that shows what composed models are worth: the same training from several starts.
 */
package io.github.weit.cli.compare;
