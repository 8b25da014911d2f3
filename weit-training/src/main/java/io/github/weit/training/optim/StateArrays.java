package io.github.weit.training.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.NoGradient;
import java.util.Locale;

/** Checks and copies of what an optimiser or an average reads back from a checkpoint. */
public final class StateArrays {

  private StateArrays() {}

  /**
   * Asserts the shape and type of an array that is read back.
   *
   * @throws WeitException if they are others
   */
  public static void requireLike(String name, NDArray expected, NDArray found) {
    if (!expected.getShape().equals(found.getShape())
        || expected.getDataType() != found.getDataType()) {
      throw new WeitException(
          String.format(
              Locale.ROOT,
              "state '%s': expected %s %s, found %s %s; the state is of another model or size",
              name,
              expected.getDataType(),
              expected.getShape(),
              found.getDataType(),
              found.getShape()));
    }
  }

  /**
   * The int64 number called {@code name}, 0 or more.
   *
   * @throws WeitException if it is missing or something else
   */
  public static long count(String name, NamedArrays state) {
    NDArray array = state.get(name);
    if (array.getDataType() != DataType.INT64 || array.size() != 1) {
      throw new WeitException(
          String.format(
              Locale.ROOT,
              "state '%s': expected one int64, found %s %s",
              name,
              array.getDataType(),
              array.getShape()));
    }
    long count = array.toLongArray()[0];
    if (count < 0) {
      throw new WeitException("state '" + name + "' is " + count + ", it must be 0 or more");
    }
    return count;
  }

  /** Gives an array other values, in place; they may be on another device. */
  public static void put(NDArray target, NDArray values) {
    try (NoGradient off = NoGradient.begin()) {
      off.hold();
      NDArray moved = values.toDevice(target.getDevice(), false);
      target.set(new NDIndex("..."), moved);
      if (moved != values) {
        moved.close();
      }
    }
  }
}
