package io.github.weit.core.engine;

import ai.djl.pytorch.jni.JniUtils;

/**
 * While open, operations on this thread record nothing for a backward pass. The engine's switch is
 * one per thread and is on in every new thread, so that code which must build no graph (an
 * optimiser's update, an evaluation) has to say so; closing puts back what was there before.
 *
 * <pre>{@code
 * try (NoGradient off = NoGradient.begin()) {
 *   off.hold();
 *   ...
 * }
 * }</pre>
 */
public final class NoGradient implements AutoCloseable {
  private final boolean before;

  private NoGradient() {
    before = JniUtils.isGradMode();
    JniUtils.setGradMode(false);
  }

  /** Switches recording off on this thread. */
  public static NoGradient begin() {
    return new NoGradient();
  }

  /** Does nothing: the compiler warns of a resource that its block never mentions. */
  public void hold() {}

  @Override
  public void close() {
    JniUtils.setGradMode(before);
  }
}
