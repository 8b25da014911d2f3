package io.github.weit.core;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Weights that are made under no constraint: the usual start from random numbers. */
public final class DenseWeights {

  private DenseWeights() {}

  /**
   * Every weight of {@code types} at its own initial value, drawn independently.
   *
   * @return leaves in {@code manager}, under their parameter paths
   */
  public static NamedArrays initial(List<WeightType> types, NDManager manager, Seed seed) {
    Map<String, NDArray> weights = new LinkedHashMap<>();
    for (WeightType type : types) {
      for (String name : type.parameterNames()) {
        Shape shape = type.denseShape();
        float[] values = draw(type.initial(), shape.size(), seed.child("weight").child(name));
        weights.put(name, manager.create(values, shape));
      }
    }
    return NamedArrays.of(weights);
  }

  /** So many independent initial values. */
  static float[] draw(Initial initial, long count, Seed seed) {
    float[] values = new float[Math.toIntExact(count)];
    if (initial instanceof Initial.Normal normal) {
      RandomGenerator random = seed.generator();
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (normal.deviation() * random.nextGaussian());
      }
    } else if (initial instanceof Initial.Constant constant) {
      Arrays.fill(values, (float) constant.value());
    }
    return values;
  }
}
