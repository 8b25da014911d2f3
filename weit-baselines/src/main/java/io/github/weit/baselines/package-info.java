/**
 * Other ways to give a model of some size its first weights, each from its own paper: what models
 * composed from templates are compared with. docs/baselines.md says what each is and costs.
 */
package io.github.weit.baselines;
