package io.github.weit.core.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/**
 * The operations that the engine can do faster than DJL's API lets one ask for. There are two
 * implementations of the same mathematics: {@link FusedKernels}, and {@link PlainKernels} in DJL's
 * API alone, the reference that the other is tested against and the one that is used if the engine
 * refuses scripts. {@code -Dweit.kernels=plain} chooses the latter.
 *
 * <p>Results belong to the manager of the first argument, or to the open {@link
 * ai.djl.ndarray.NDScope}. None waits for the device unless it says so.
 */
public interface Kernels {

  /** The ones in use; decided once per process. */
  static Kernels current() {
    return KernelChoice.current();
  }

  /**
   * Scaled dot-product attention, softmax(q k^T / sqrt(d)) v, differentiable.
   *
   * @param q {@code (batch, heads, queries, d)}
   * @param k {@code (batch, heads, tokens, d)}
   * @param v {@code (batch, heads, tokens, d)}
   * @return {@code (batch, heads, queries, d)}
   */
  NDArray attention(NDArray q, NDArray k, NDArray v);

  /**
   * Attention among the tokens of a sequence, differentiable; queries, keys and values lie packed
   * as one dense layer leaves them.
   *
   * @param packed {@code (batch, tokens, 3, heads, d)}
   * @return {@code (batch, tokens, heads, d)}
   */
  NDArray selfAttention(NDArray packed);

  /**
   * Mean cross entropy against target distributions, -mean_b sum_c t log softmax(z),
   * differentiable.
   *
   * @param logits {@code (batch, classes)}
   * @param targets {@code (batch, classes)}, rows that sum to 1
   * @return a scalar
   */
  NDArray crossEntropy(NDArray logits, NDArray targets);

  /**
   * y = x W^T + b in bfloat16, differentiable; gradients arrive in the arguments' own types.
   *
   * @param x {@code (..., in)}, float32 or bfloat16
   * @param weight {@code (out, in)}, float32
   * @param bias {@code (out)}, float32
   * @return {@code (..., out)}, bfloat16
   */
  NDArray denseInBfloat16(NDArray x, NDArray weight, NDArray bias);

  /** A convolution without bias in bfloat16, as {@link Ops#convolution}, differentiable. */
  NDArray convolutionInBfloat16(NDArray x, NDArray kernel, long stride, long padding, int groups);

  /** {@code x} as float32 if it is bfloat16, else itself; differentiable. */
  NDArray float32(NDArray x);

  /**
   * Whether {@link #adamW} can move an array: its numbers fill its memory, in any order of its
   * axes. A slice of a larger array's may not.
   */
  boolean movable(NDArray array);

  /** {@code x} as the type of {@code like}; differentiable. */
  NDArray toTypeOf(NDArray x, NDArray like);

  /** Images {@code (batch, channels, height, width)} with channels innermost in memory. */
  NDArray channelsLast(NDArray images);

  /**
   * The norm of all gradients of a step together, and what follows from it.
   *
   * @param gradients at least one; float32 or float64
   * @param loss a scalar
   * @param maxNorm a longer gradient is to be scaled down to it; 0 for no limit
   */
  GradientScale scale(List<NDArray> gradients, NDArray loss, double maxNorm);

  /**
   * One step of AdamW, in place, in PyTorch's form. With g = gradient / divisor, all element by
   * element:
   *
   * <pre>
   *   p = p (1 - rate decay)
   *   m = b1 m + (1 - b1) g            v = b2 v + (1 - b2) g^2
   *   p = p - rate (m / (1 - b1^t)) / (sqrt(v) / sqrt(1 - b2^t) + eps)
   * </pre>
   *
   * Nothing changes if the scale says that the gradients are broken. The gradients are used up.
   */
  void adamW(AdamWArrays arrays, AdamWNumbers numbers, GradientScale scale);

  /**
   * An array of the host's on the device of {@code target}, to which it belongs.
   *
   * <p>The plain form waits for all that the device has been asked for. The fused one copies to
   * memory that the device can read by itself, and goes on.
   *
   * @param host on the CPU; it may be closed at once, unless it is what is returned
   * @return {@code host} itself if {@code target} is on the CPU too
   */
  NDArray upload(NDArray host, NDManager target);

  /** a = a + weight (b - a) for every pair, in place; weight in [0, 1]. */
  void average(List<NDArray> averages, List<NDArray> values, double weight);

  /**
   * What an optimiser must know of all gradients together: arrays of one element each, so that
   * nothing waits for them.
   *
   * @param norm sqrt(sum of squares), float64; not finite if any element is not
   * @param divisor what gradients are to be divided by, max(1, (norm + 1e-6) / maxNorm), float32
   * @param broken 1 if the norm or the loss is not finite, else 0, float32
   */
  record GradientScale(NDArray norm, NDArray divisor, NDArray broken) {

    /** For gradients that are neither measured nor limited: the norm is NaN. */
    public static GradientScale none(NDManager owner) {
      Shape one = new Shape(1);
      return new GradientScale(
          owner.full(one, Float.NaN, DataType.FLOAT64), owner.ones(one), owner.zeros(one));
    }
  }

  /**
   * Parameters that move alike, with their gradients and moments, in one order; all of one type,
   * float32 or float64.
   */
  record AdamWArrays(
      List<NDArray> parameters,
      List<NDArray> gradients,
      List<NDArray> firstMoments,
      List<NDArray> secondMoments) {}

  /**
   * The numbers of one step.
   *
   * @param step t = 1, 2, ...
   */
  record AdamWNumbers(
      double rate, double decay, double beta1, double beta2, double epsilon, long step) {}
}
