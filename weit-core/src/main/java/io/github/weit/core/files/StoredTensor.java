package io.github.weit.core.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A tensor that can be written, though it need not be in memory as a whole. */
public interface StoredTensor {

  String name();

  DType dtype();

  /** Sizes of the axes; empty for a scalar. */
  List<Long> shape();

  /**
   * Hands over the elements, row-major, packed and little-endian, in any number of pieces: what
   * lies between position and limit of each. It may be asked for them again.
   */
  void writeTo(IoConsumer<ByteBuffer> out) throws IOException;
}
