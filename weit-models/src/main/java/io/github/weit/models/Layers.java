package io.github.weit.models;

import ai.djl.ndarray.NDArray;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.engine.Ops;

/** Weights under a common prefix, and the layers of {@code (..., features)} made of them. */
record Layers(NamedArrays weights, String prefix) {

  private static final double EPSILON = 1e-6;

  NDArray get(String name) {
    return weights.get(prefix + name);
  }

  NDArray dense(NDArray x, String name) {
    return Ops.dense(x, get(name + ".weight"), get(name + ".bias"));
  }

  NDArray norm(NDArray x, String name) {
    return Ops.layerNorm(x, get(name + ".weight"), get(name + ".bias"), EPSILON);
  }
}
