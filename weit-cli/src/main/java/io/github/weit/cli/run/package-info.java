/**
 * What runs of several commands share: where and with what they compute, how they get on, where
 * they go on from after a break, the pre-training itself, and how a model is measured.
 */
package io.github.weit.cli.run;
