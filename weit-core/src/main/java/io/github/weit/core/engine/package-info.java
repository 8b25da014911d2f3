/**
 * The engine's start-up and guards, and the few operations that are done otherwise than the
 * engine's own way.
 */
package io.github.weit.core.engine;
