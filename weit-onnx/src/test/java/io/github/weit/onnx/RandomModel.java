package io.github.weit.onnx;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Models of which every weight matters: what stays at 0 or 1 would hide that it is not used. */
final class RandomModel {

  private RandomModel() {}

  static SizedModel of(Family family, Size size, NDManager manager, Seed seed) {
    NamedArrays weights = draw(family.weights(size), manager, seed);
    return new SizedModel(family, size, weights, draw(family.statistics(size), manager, seed));
  }

  private static NamedArrays draw(List<WeightType> types, NDManager manager, Seed seed) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (WeightType type : types) {
      Shape shape = type.denseShape();
      boolean matrix = shape.dimension() > 1 && type.name().endsWith(".weight");
      boolean positive = !matrix && type.name().matches(".*(weight|running_var)");
      double deviation = matrix ? 1.5 / Math.sqrt((double) shape.size() / shape.get(0)) : 0.2;
      for (String name : type.parameterNames()) {
        NDArray array = normal(manager, shape, positive ? 1 : 0, deviation, seed.child(name));
        arrays.put(name, positive ? array.abs() : array);
      }
    }
    return NamedArrays.of(arrays);
  }

  static NDArray images(Family family, int batch, NDManager manager, Seed seed) {
    return normal(manager, family.inputShape(batch), 0, 1, seed.child("images"));
  }

  private static NDArray normal(
      NDManager manager, Shape shape, double mean, double deviation, Seed seed) {
    RandomGenerator random = seed.generator();
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (mean + deviation * random.nextGaussian());
    }
    return manager.create(values, shape);
  }
}
