package io.github.weit.core.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.Map;

/**
 * Scalar operands of one step, each made once: arrays of shape (), so that they broadcast to any
 * parameter. They belong to the open scope. Not for operations that gradients pass through: a
 * float64 scalar lies in Java's memory.
 */
final class Scalars {
  private final NDManager manager;
  private final Map<Key, NDArray> made = new HashMap<>();

  Scalars(NDManager manager) {
    this.manager = manager;
  }

  NDArray of(double value, DataType type) {
    return made.computeIfAbsent(new Key(value, type), this::make);
  }

  private NDArray make(Key key) {
    return key.type == DataType.FLOAT64
        ? manager.create(key.value)
        : manager.full(new Shape(), (float) key.value, key.type);
  }

  private record Key(double value, DataType type) {}
}
