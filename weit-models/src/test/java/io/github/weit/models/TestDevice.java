package io.github.weit.models;

import ai.djl.ndarray.NDManager;
import io.github.weit.core.engine.WeitEngine;

/**
 * Where tests compute that hold on any device: on the CPU, or on what {@code -Dweit.test.device}
 * names.
 */
final class TestDevice {

  private TestDevice() {}

  /** A manager there; the caller closes it. */
  static NDManager newManager() {
    return WeitEngine.newManager(WeitEngine.device(System.getProperty("weit.test.device", "cpu")));
  }
}
