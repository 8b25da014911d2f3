package io.github.weit.core.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.LayerNorm;

/**
 * Differentiable operations with the engine's traps avoided, see docs/engine.md. All are pure
 * functions; results belong to the manager of the first argument, or to the open {@link
 * ai.djl.ndarray.NDScope}.
 */
public final class Ops {

  /**
   * Dense layers run as 1x1 convolutions on CPUs: oneDNN's kernels, where {@code linear} would take
   * MKL's.
   */
  private static final boolean DENSE_AS_CONVOLUTION =
      !"linear".equals(System.getProperty("weit.dense", "convolution"));

  private Ops() {}

  /**
   * A one-element float32 array, the safe form of a scalar operand. The {@code Number} overloads of
   * NDArray's arithmetic give silently wrong gradients on CPUs (the engine frees the scalar's
   * memory before the backward pass reads it).
   */
  public static NDArray scalar(NDManager manager, double value) {
    return manager.full(new Shape(1), (float) value);
  }

  /**
   * A one-element array of {@code like}'s type on its device, rounded no more than that type asks.
   */
  public static NDArray scalarLike(NDArray like, double value) {
    if (like.getDataType() == DataType.FLOAT64) { // full() takes a float
      return like.getManager().create(new double[] {value}, new Shape(1));
    }
    return like.getManager().full(new Shape(1), (float) value, like.getDataType());
  }

  /**
   * y = x W^T + b.
   *
   * @param x {@code (..., in)}
   * @param weight {@code (out, in)}
   * @param bias {@code (out)}
   * @return {@code (..., out)}
   */
  public static NDArray dense(NDArray x, NDArray weight, NDArray bias) {
    long[] shape = x.getShape().getShape().clone(); // the engine hands out its own
    int rank = shape.length;
    if (!DENSE_AS_CONVOLUTION
        || rank < 3
        || x.getDevice().isGpu()
        || x.getDataType() != DataType.FLOAT32) {
      return Linear.linear(x, weight, bias).singletonOrThrow();
    }
    long in = shape[rank - 1];
    long out = weight.getShape().get(0);
    // (batch, in, tokens, 1) as a view: channels last
    NDArray image = x.reshape(-1, shape[rank - 2], 1, in).transpose(0, 3, 1, 2);
    NDArray y = Conv2d.conv2d(image, weight.reshape(out, in, 1, 1), bias).singletonOrThrow();
    shape[rank - 1] = out;
    return y.transpose(0, 2, 3, 1).reshape(shape); // a view again
  }

  /**
   * Normalises the last axis of {@code x (..., d)} and applies {@code gain (d)} and {@code bias
   * (d)}.
   */
  public static NDArray layerNorm(NDArray x, NDArray gain, NDArray bias, double epsilon) {
    return LayerNorm.layerNorm(x, gain.getShape(), gain, bias, (float) epsilon).singletonOrThrow();
  }

  /**
   * A convolution without bias, the same padding on all sides.
   *
   * @param x {@code (batch, in, height, width)}
   * @param kernel {@code (out, in / groups, k, k)}
   * @return {@code (batch, out, height', width')}
   */
  public static NDArray convolution(
      NDArray x, NDArray kernel, long stride, long padding, int groups) {
    return convolve(x, kernel, null, stride, padding, groups);
  }

  /** A convolution as above, and {@code bias (out)}. */
  public static NDArray convolution(
      NDArray x, NDArray kernel, NDArray bias, long stride, long padding, int groups) {
    return convolve(x, kernel, bias, stride, padding, groups);
  }

  private static NDArray convolve(
      NDArray x, NDArray kernel, NDArray bias, long stride, long padding, int groups) {
    return Conv2d.conv2d(
            x,
            kernel,
            bias,
            new Shape(stride, stride),
            new Shape(padding, padding),
            new Shape(1, 1),
            groups)
        .singletonOrThrow();
  }

  /**
   * Batch norm with given statistics: gain (x - mean) / sqrt(variance + epsilon) + bias, channel by
   * channel.
   *
   * @param x {@code (batch, channels, ...)}; all others {@code (channels)}
   */
  public static NDArray batchNorm(
      NDArray x, NDArray gain, NDArray bias, NDArray mean, NDArray variance, double epsilon) {
    return batchNorm(x, gain, bias, mean, variance, epsilon, false);
  }

  /**
   * What a batch norm gives in training.
   *
   * @param output of x's shape
   * @param mean of the batch, {@code (channels)}
   * @param variance of the batch with Bessel's correction, {@code (channels)}, as running variances
   *     are kept; the output is divided by the uncorrected one. Both without gradients
   */
  public record BatchNormed(NDArray output, NDArray mean, NDArray variance) {}

  /** Batch norm with the statistics of {@code x (batch, channels, ...)} itself. */
  public static BatchNormed batchNormOfBatch(
      NDArray x, NDArray gain, NDArray bias, double epsilon) {
    Shape channels = new Shape(x.getShape().get(1));
    NDArray mean = x.getManager().zeros(channels, x.getDataType());
    NDArray variance = x.getManager().zeros(channels, x.getDataType());
    return new BatchNormed(batchNorm(x, gain, bias, mean, variance, epsilon, true), mean, variance);
  }

  /**
   * In training the engine moves the running statistics to the batch's, all the way with a momentum
   * of 0. Axis -1 stands for the engine's own, which is 1; another is swapped with 1 at the price
   * of managers.
   */
  private static NDArray batchNorm(
      NDArray x,
      NDArray gain,
      NDArray bias,
      NDArray mean,
      NDArray variance,
      double epsilon,
      boolean training) {
    return BatchNorm.batchNorm(x, mean, variance, gain, bias, -1, 0f, (float) epsilon, training)
        .singletonOrThrow();
  }

  /** max(x, 0). */
  public static NDArray relu(NDArray x) {
    return Activation.relu(x);
  }

  /** The largest of each window; padded with minus infinity. */
  public static NDArray maxPool(NDArray x, long size, long stride, long padding) {
    return x.getNDArrayInternal()
        .maxPool(
            new Shape(size, size), new Shape(stride, stride), new Shape(padding, padding), false);
  }

  /** The exact Gaussian error linear unit, x Phi(x). */
  public static NDArray gelu(NDArray x) {
    return Activation.gelu(x);
  }

  /**
   * Scaled dot-product attention, softmax(q k^T / sqrt(d)) v.
   *
   * @param q {@code (batch, heads, tokens, d)}, and {@code k}, {@code v} alike
   * @return {@code (batch, heads, tokens, d)}
   */
  public static NDArray attention(NDArray q, NDArray k, NDArray v) {
    double scale = 1 / Math.sqrt(q.getShape().get(3));
    NDArray scores =
        q.mul(scalarLike(q, scale))
            .matMul(k.transpose(0, 1, 3, 2)); // (batch, heads, tokens, tokens)
    return scores.softmax(-1).matMul(v);
  }

  /**
   * Mean cross entropy against target distributions, -mean_b sum_c t log softmax(z).
   *
   * @param logits {@code (batch, classes)}
   * @param targets {@code (batch, classes)}, rows that sum to 1; smoothed or mixed labels are just
   *     other rows
   * @return a scalar
   */
  public static NDArray crossEntropy(NDArray logits, NDArray targets) {
    return targets.mul(logits.logSoftmax(-1)).sum(new int[] {1}).mean().neg();
  }
}
