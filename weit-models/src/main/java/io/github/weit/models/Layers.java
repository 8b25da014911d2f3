package io.github.weit.models;

import ai.djl.ndarray.NDArray;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.engine.Ops;
import io.github.weit.core.engine.Precision;

/** Weights under a common prefix, and the layers of {@code (..., features)} made of them. */
record Layers(NamedArrays weights, String prefix, Precision precision) {

  private static final double EPSILON = 1e-6;

  NDArray get(String name) {
    return weights.get(prefix + name);
  }

  /** In this precision's type, see {@link Ops#float32}. */
  NDArray dense(NDArray x, String name) {
    return Ops.dense(x, get(name + ".weight"), get(name + ".bias"), precision);
  }

  NDArray norm(NDArray x, String name) {
    return Ops.layerNorm(x, get(name + ".weight"), get(name + ".bias"), EPSILON);
  }
}
