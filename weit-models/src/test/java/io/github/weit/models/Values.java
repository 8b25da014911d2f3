package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Random weights and images of both precisions, float32 numbers in either, and their comparison.
 */
final class Values {

  private Values() {}

  /**
   * Values of every parameter: none is left at 0 or 1, where nobody would see that it is unused.
   */
  static Map<String, double[]> randomWeights(List<WeightType> types, Seed seed) {
    Map<String, double[]> values = new LinkedHashMap<>();
    for (WeightType type : types) {
      long[] shape = type.denseShape().getShape();
      long fanIn = type.denseShape().size() / shape[0];
      boolean gain = type.name().contains("norm") && type.name().endsWith(".weight");
      double scale = shape.length == 1 || !type.decayed() ? 0.2 : 1.5 / Math.sqrt(fanIn);
      for (String name : type.parameterNames()) {
        double[] draws = normal(seed.child(name), type.denseShape().size());
        Arrays.setAll(draws, i -> (float) ((gain ? 1 : 0) + scale * draws[i]));
        values.put(name, draws);
      }
    }
    return values;
  }

  /** Standard normal draws, rounded to float32. */
  static double[] normal(Seed seed, long size) {
    RandomGenerator random = seed.generator();
    double[] draws = new double[Math.toIntExact(size)];
    Arrays.setAll(draws, i -> (float) random.nextGaussian());
    return draws;
  }

  static NDArray create(NDManager manager, double[] values, Shape shape, DataType type) {
    NDArray array = manager.create(values, shape);
    return type == DataType.FLOAT64 ? array : array.toType(type, false);
  }

  static NamedArrays create(
      NDManager manager, List<WeightType> types, Map<String, double[]> values, DataType dataType) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (WeightType type : types) {
      for (String name : type.parameterNames()) {
        arrays.put(name, create(manager, values.get(name), type.denseShape(), dataType));
      }
    }
    return NamedArrays.of(arrays);
  }

  static NDArray images(NDManager manager, Family family, int batch, Seed seed, DataType type) {
    Shape shape = new Shape(batch).addAll(family.inputShape());
    return create(manager, normal(seed, shape.size()), shape, type);
  }

  static double[] toDoubles(NDArray array) {
    return array.toType(DataType.FLOAT64, true).toDoubleArray();
  }

  /**
   * Asserts that no entry differs by more than {@code tolerance} times the largest expected one.
   */
  static void assertClose(double[] found, double[] expected, double tolerance) {
    assertThat(found).hasSameSizeAs(expected);
    double bound = tolerance * Arrays.stream(expected).map(Math::abs).max().orElse(0);
    for (int i = 0; i < found.length; i++) {
      if (!(Math.abs(found[i] - expected[i]) <= bound)) {
        throw new AssertionError(
            "entry %d of %d: expected %.17g, found %.17g, allowed difference %.3g"
                .formatted(i, found.length, expected[i], found[i], bound));
      }
    }
  }
}
