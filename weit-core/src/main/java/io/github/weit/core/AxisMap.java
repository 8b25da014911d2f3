package io.github.weit.core;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * A linear map along one axis of an array: entry j of the result is {@code sum_i map[j][i] x[i]},
 * each x[i] being a slice. Resizing, growing and selecting weights are such maps, axis by axis.
 */
public final class AxisMap {

  private AxisMap() {}

  /**
   * Applies a map; differentiable in both.
   *
   * @param map {@code (new, old)}
   * @param array of length {@code old} along {@code axis}
   * @return of length {@code new} there, and of the same shape elsewhere; of memory of its own. It,
   *     and what is made on the way, belongs to the manager of the map, or of the array where
   *     nothing longer than 1 comes after the axis, so give both one; or to the open {@link
   *     ai.djl.ndarray.NDScope}
   */
  public static NDArray apply(NDArray map, NDArray array, int axis) {
    long[] shape = array.getShape().getShape().clone(); // the engine hands out its own
    long outer = 1;
    for (int i = 0; i < axis; i++) {
      outer *= shape[i];
    }
    long inner = array.getShape().size() / outer / shape[axis];
    long old = shape[axis];
    shape[axis] = map.getShape().get(0);
    if (inner == 1) { // one product instead of one with a vector for each of outer
      return array.reshape(outer, old).matMul(map.transpose()).reshape(shape);
    }
    return map.matMul(array.reshape(outer, old, inner)).reshape(shape); // over (outer, old, inner)
  }

  /** The map of these rows as an array of {@code like}'s type, in its manager. */
  public static NDArray of(double[][] rows, NDArray like) {
    double[] flat = new double[rows.length * rows[0].length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = rows[i / rows[0].length][i % rows[0].length];
    }
    Shape shape = new Shape(rows.length, rows[0].length);
    NDArray array = like.getManager().create(flat, shape);
    return like.getDataType() == DataType.FLOAT64 ? array : array.toType(like.getDataType(), false);
  }
}
