package io.github.weit.models;

import ai.djl.ndarray.NDArray;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Ops;

/** Batch norm as a layer of named weights (arXiv 1502.03167). */
final class BatchNorms {

  static final String MEAN = ".running_mean";
  static final String VARIANCE = ".running_var";

  private BatchNorms() {}

  /**
   * Normalises {@code x (batch, channels, ...)} by its own statistics in training, by the running
   * ones otherwise.
   *
   * @throws WeitException if running statistics are needed and have not been measured
   */
  static NDArray apply(NamedArrays weights, String path, NDArray x, double epsilon, Pass pass) {
    NDArray gain = weights.get(path + ".weight");
    NDArray bias = weights.get(path + ".bias");
    if (pass.training()) {
      Ops.BatchNormed normed = Ops.batchNormOfBatch(x, gain, bias, epsilon);
      pass.statistics().seen(path, normed.mean(), normed.variance());
      return normed.output();
    }
    if (!weights.contains(path + MEAN)) {
      throw new WeitException(
          "the running statistics of "
              + path
              + " have not been measured; calibrate the model on some of its training images first");
    }
    return Ops.batchNorm(
        x, gain, bias, weights.get(path + MEAN), weights.get(path + VARIANCE), epsilon);
  }
}
