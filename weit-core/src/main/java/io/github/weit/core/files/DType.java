package io.github.weit.core.files;

import ai.djl.ndarray.types.DataType;
import io.github.weit.core.WeitException;
import java.util.Optional;

/** The element types of the container that this library reads and writes; names are the file's. */
public enum DType {
  F64(8, DataType.FLOAT64),
  F32(4, DataType.FLOAT32),
  F16(2, DataType.FLOAT16),
  BF16(2, DataType.FLOAT32),
  I64(8, DataType.INT64),
  I32(4, DataType.INT32),
  U8(1, DataType.UINT8),
  BOOL(1, DataType.BOOLEAN);

  private final int bytes;
  private final DataType engineType;

  DType(int bytes, DataType engineType) {
    this.bytes = bytes;
    this.engineType = engineType;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /**
   * The engine's type that holds the same numbers. It is the same type for all but BF16, which the
   * engine cannot convert: FLOAT32 has its 16 bits in front.
   */
  public DataType engineType() {
    return engineType;
  }

  /**
   * The type that holds the engine's {@code type}.
   *
   * @throws WeitException if the container has none that this library writes
   */
  public static DType of(DataType type) {
    for (DType dtype : values()) {
      if (dtype != BF16 && dtype.engineType == type) {
        return dtype;
      }
    }
    throw new WeitException(
        "arrays of type " + type + " cannot be stored; convert to one of FLOAT64, FLOAT32, INT64");
  }

  /** The type called {@code name} in a file, if this library knows it. */
  static Optional<DType> named(String name) {
    for (DType dtype : values()) {
      if (dtype.name().equals(name)) {
        return Optional.of(dtype);
      }
    }
    return Optional.empty();
  }
}
