package io.github.weit.models;

/**
 * What a size costs, known before any array exists.
 *
 * @param parameters numbers in its dense weights
 * @param macs multiply-accumulate operations of one forward pass of one image: matrix products,
 *     convolutions and attention; norms and activations are not counted, as is usual
 */
public record Cost(long parameters, long macs) {

  /** Bytes of the dense weights in float32. */
  public long bytes() {
    return Math.multiplyExact(parameters, (long) Float.BYTES);
  }
}
