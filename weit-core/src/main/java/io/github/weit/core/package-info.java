/**
 * Axes, weight templates, weight scalers and the rule that composes weights from them. Knows no
 * architecture and no training loop.
 */
package io.github.weit.core;
