package io.github.weit.core.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.LayerNorm;
import java.util.function.Function;

/**
 * Differentiable operations with the engine's traps avoided, see docs/engine.md. All are pure
 * functions; results belong to the manager of the first argument, or to the open {@link
 * ai.djl.ndarray.NDScope}.
 */
public final class Ops {

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
   * An array of Java data on {@code target}'s device, which is not waited for; see {@link
   * Kernels#upload}.
   *
   * @param data makes it on the manager it is given
   */
  public static NDArray upload(NDManager target, Function<NDManager, NDArray> data) {
    if (!target.getDevice().isGpu()) {
      return data.apply(target);
    }
    try (NDManager host = target.newSubManager(Device.cpu())) {
      return Kernels.current().upload(data.apply(host), target);
    }
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
    boolean choice =
        x.getShape().dimension() >= 3
            && x.getDevice().getDeviceType().equals("cpu")
            && x.getDataType() == DataType.FLOAT32;
    return (choice ? DenseForm.current() : DenseForm.LINEAR).apply(x, weight, bias);
  }

  /** The same in a precision: in bfloat16 the result is of that type, see {@link #float32}. */
  public static NDArray dense(NDArray x, NDArray weight, NDArray bias, Precision precision) {
    return precision == Precision.BFLOAT16
        ? Kernels.current().denseInBfloat16(x, weight, bias)
        : dense(x, weight, bias);
  }

  /** {@code x} as float32 if it is bfloat16, else itself. */
  public static NDArray float32(NDArray x) {
    return Kernels.current().float32(x);
  }

  /** {@code x} as the type of {@code like}, which may be bfloat16. */
  public static NDArray toTypeOf(NDArray x, NDArray like) {
    return Kernels.current().toTypeOf(x, like);
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

  /** The same in a precision: in bfloat16 the result is of that type, see {@link #float32}. */
  public static NDArray convolution(
      NDArray x, NDArray kernel, long stride, long padding, int groups, Precision precision) {
    return precision == Precision.BFLOAT16
        ? Kernels.current().convolutionInBfloat16(x, kernel, stride, padding, groups)
        : convolution(x, kernel, stride, padding, groups);
  }

  /**
   * Images {@code (batch, channels, height, width)} with channels innermost in memory, which
   * convolutions pass on and are faster on.
   */
  public static NDArray channelsLast(NDArray images) {
    return Kernels.current().channelsLast(images);
  }

  /** A convolution as above, and {@code bias (out)}. */
  public static NDArray convolution(
      NDArray x, NDArray kernel, NDArray bias, long stride, long padding, int groups) {
    return convolve(x, kernel, bias, stride, padding, groups);
  }

  /**
   * Whether a convolution reads single pixels and passes some over, so that {@link #everyPixel} can
   * take those that it reads first. With few channels innermost in memory the engine writes beyond
   * its memory in the backward direction otherwise (docs/engine.md).
   */
  static boolean passesPixelsOver(NDArray kernel, long stride, long padding) {
    return stride > 1 && padding == 0 && readsSinglePixels(kernel);
  }

  private static boolean readsSinglePixels(NDArray kernel) {
    Shape shape = kernel.getShape();
    return shape.get(2) == 1 && shape.get(3) == 1;
  }

  /**
   * Whether an image of one pixel gives one again at any stride. In bfloat16 the engine's gradient
   * of the kernel is whatever was in memory there, at a stride above 1 (docs/engine.md).
   */
  private static boolean readsOnePixelOnce(NDArray x, NDArray kernel, long padding) {
    Shape image = x.getShape();
    Shape shape = kernel.getShape();
    return image.get(2) == 1
        && image.get(3) == 1
        && shape.get(2) == 2 * padding + 1
        && shape.get(3) == 2 * padding + 1;
  }

  /** Every {@code stride}-th pixel of {@code x (batch, channels, height, width)}, both ways. */
  static NDArray everyPixel(NDArray x, long stride) {
    return x.get(new NDIndex(":, :, ::{}, ::{}", stride, stride));
  }

  /**
   * A convolution of single pixels, as a dense layer over them. The engine's own may end in a
   * division by zero where it is not to be trusted.
   */
  private static NDArray product(NDArray x, NDArray kernel, NDArray bias) {
    Shape shape = kernel.getShape();
    NDArray weight = kernel.reshape(shape.get(0), shape.get(1));
    weight.attach(x.getManager());
    return DenseForm.LINEAR.apply(x.transpose(0, 2, 3, 1), weight, bias).transpose(0, 3, 1, 2);
  }

  /** {@code bias (out)} as {@code (1, out, 1, 1)}, which belongs where {@code x} does. */
  private static NDArray perChannel(NDArray bias, NDArray x) {
    NDArray wide = bias.reshape(1, -1, 1, 1);
    wide.attach(x.getManager());
    return wide;
  }

  private static NDArray convolve(
      NDArray x, NDArray kernel, NDArray bias, long stride, long padding, int groups) {
    boolean guarded = groups == 1 && WholeBlocks.isNeeded(kernel);
    return convolve(x, kernel, bias, stride, padding, groups, guarded);
  }

  /**
   * @param guarded whether the engine's convolutions are not to be trusted; of one group then
   */
  static NDArray convolve(
      NDArray x,
      NDArray kernel,
      NDArray bias,
      long stride,
      long padding,
      int groups,
      boolean guarded) {
    if (passesPixelsOver(kernel, stride, padding)) {
      return convolve(everyPixel(x, stride), kernel, bias, 1, 0, groups, guarded);
    }
    if (guarded && padding == 0 && readsSinglePixels(kernel)) {
      return product(x, kernel, bias);
    }
    if (guarded && WholeBlocks.lacks(kernel)) {
      NDArray y =
          WholeBlocks.convolve(x, kernel, (i, k) -> convolve(i, k, null, stride, padding, 1, true));
      return bias == null ? y : y.add(perChannel(bias, x));
    }
    if (stride > 1 && readsOnePixelOnce(x, kernel, padding)) {
      return convolve(x, kernel, bias, 1, padding, groups, guarded);
    }
    return engineConvolution(guarded ? channelsLast(x) : x, kernel, bias, stride, padding, groups);
  }

  /** The engine's own. */
  static NDArray engineConvolution(
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
    NDArray mean = x.getManager().zeros(channels, gain.getDataType());
    NDArray variance = x.getManager().zeros(channels, gain.getDataType());
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

  /** Scaled dot-product attention, see {@link Kernels#attention}. */
  public static NDArray attention(NDArray q, NDArray k, NDArray v) {
    return Kernels.current().attention(q, k, v);
  }

  /** Attention among the tokens of a sequence, see {@link Kernels#selfAttention}. */
  public static NDArray selfAttention(NDArray packed) {
    return Kernels.current().selfAttention(packed);
  }

  /**
   * Mean cross entropy against target distributions, see {@link Kernels#crossEntropy}; smoothed or
   * mixed labels are just other rows.
   */
  public static NDArray crossEntropy(NDArray logits, NDArray targets) {
    return Kernels.current().crossEntropy(logits, targets);
  }

  /** The value of a float32 or float64 array of one element. Waits for the device. */
  public static double number(NDArray one) {
    return one.getDataType() == DataType.FLOAT64 ? one.toDoubleArray()[0] : one.toFloatArray()[0];
  }
}
