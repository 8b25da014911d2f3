package io.github.weit.models;

import ai.djl.ndarray.NDArray;

/** Is told what a batch norm saw, in a pass that normalises by the batch. */
@FunctionalInterface
public interface BatchStatistics {

  /**
   * @param path of the batch norm, for example {@code layer1.0.bn1}
   * @param mean of the batch {@code (channels)}
   * @param variance of the batch, with Bessel's correction {@code (channels)}
   */
  void seen(String path, NDArray mean, NDArray variance);

  /** Tells nobody. */
  static BatchStatistics ignored() {
    return (path, mean, variance) -> {};
  }
}
