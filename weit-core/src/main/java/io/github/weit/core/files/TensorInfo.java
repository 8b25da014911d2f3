package io.github.weit.core.files;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * One tensor as the header of a file declares it: row-major, packed, little-endian.
 *
 * @param shape sizes of the axes; empty for a scalar, and 0 is a legal size
 * @param begin first byte, counted from the end of the header
 * @param end one past the last byte; {@code end - begin} is the number of elements times the bytes
 *     of one
 */
public record TensorInfo(String name, DType dtype, List<Long> shape, long begin, long end) {

  public TensorInfo {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(dtype, "dtype");
    shape = List.copyOf(shape);
    long size = byteSize(dtype, shape);
    if (begin < 0 || end < begin || end - begin != size) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "tensor '%s' of type %s and shape %s takes %d bytes, but its range is [%d, %d)",
              name,
              dtype,
              shape,
              size,
              begin,
              end));
    }
  }

  /** Bytes of the whole tensor. */
  public long byteSize() {
    return end - begin;
  }

  /** Numbers in the tensor: the product of the shape, 1 for a scalar. */
  public long elements() {
    return byteSize() / dtype.bytes();
  }

  /**
   * Bytes of a packed tensor. Sizes beside a 0 are multiplied too, so that no order of the axes
   * hides an overflow.
   *
   * @throws ArithmeticException if the product of the sizes above 0 and the element size leaves 63
   *     bits
   * @throws IllegalArgumentException if a size is negative
   */
  static long byteSize(DType dtype, List<Long> shape) {
    long product = dtype.bytes();
    boolean empty = false;
    for (long size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException("negative size in shape " + shape);
      }
      empty |= size == 0;
      product = Math.multiplyExact(product, Math.max(size, 1));
    }
    return empty ? 0 : product;
  }
}
