package io.github.weit.models;

import io.github.weit.core.files.DType;

/**
 * What a size costs, known before any array exists. {@link StepCost} is what training it costs.
 *
 * @param parameters numbers in its dense weights
 * @param macs multiply-accumulate operations of one forward pass of one image: matrix products,
 *     convolutions and attention; norms and activations are not counted, as is usual. This is the
 *     conventional number, every block in full, that published figures can be compared with; what
 *     is computed, which may be less, is {@link Ledger#macs}
 */
public record Cost(long parameters, long macs) {

  /** Bytes of the dense weights in float32. */
  public long bytes() {
    return bytes(DType.F32);
  }

  /** Bytes of the dense weights in another type: half as many in bfloat16. */
  public long bytes(DType type) {
    return Math.multiplyExact(parameters, (long) type.bytes());
  }
}
