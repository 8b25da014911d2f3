package io.github.weit.training.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeitException;
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

  /**
   * Closes {@code old} and returns a copy of {@code fresh} on its device that {@code manager} owns.
   * (The engine's {@code toDevice} and {@code toType} with {@code copy = true} do not copy where
   * device and type are the same already.)
   */
  static NDArray replace(NDArray old, NDArray fresh, NDManager manager) {
    try (NDArray detached = fresh.stopGradient()) {
      NDArray moved = detached.toDevice(old.getDevice(), false);
      NDArray copy = moved.duplicate();
      copy.attach(manager);
      if (moved != detached) {
        moved.close();
      }
      old.close();
      return copy;
    }
  }
}
