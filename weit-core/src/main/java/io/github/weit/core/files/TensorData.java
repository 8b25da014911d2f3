package io.github.weit.core.files;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * One tensor to be written, in one buffer.
 *
 * @param shape sizes of the axes; empty for a scalar
 * @param bytes what lies between position and limit: row-major, packed, little-endian. It is not
 *     copied: leave it alone until the write has returned. The buffer's own position is never moved
 */
public record TensorData(String name, DType dtype, List<Long> shape, ByteBuffer bytes)
    implements StoredTensor {

  public TensorData {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(dtype, "dtype");
    shape = List.copyOf(shape);
    long expected = TensorInfo.byteSize(dtype, shape);
    if (bytes.remaining() != expected) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "tensor '%s' of type %s and shape %s takes %d bytes, found %d",
              name,
              dtype,
              shape,
              expected,
              bytes.remaining()));
    }
    bytes = bytes.asReadOnlyBuffer();
  }

  @Override
  public void writeTo(IoConsumer<ByteBuffer> out) throws IOException {
    out.accept(bytes);
  }

  /**
   * The elements of {@code array} in row-major order. A packed array on the CPU is not copied: its
   * memory is read when the file is written, so keep the array open and unchanged until then.
   *
   * @throws io.github.weit.core.WeitException if the type cannot be stored or the array is over 2
   *     GiB
   */
  public static TensorData of(String name, NDArray array) {
    DType dtype = DType.of(array.getDataType());
    Shape shape = array.getShape();
    List<Long> sizes = Arrays.stream(shape.getShape()).boxed().toList();
    long size = TensorInfo.byteSize(dtype, sizes);
    Limits.requireOneBuffer("array '" + name + "'", size);
    ByteBuffer bytes = size == 0 ? ByteBuffer.allocate(0) : array.toByteBuffer(true);
    return new TensorData(name, dtype, sizes, bytes);
  }
}
