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
import java.util.Map;
import java.util.random.RandomGenerator;

/** Models of which every weight matters: what stays at 0 or 1 would hide that it is not used. */
final class RandomModel {

  private RandomModel() {}

  static SizedModel of(Family family, Size size, NDManager manager, Seed seed) {
    Map<String, NDArray> weights = new LinkedHashMap<>();
    for (WeightType type : family.weights(size)) {
      Shape shape = type.denseShape();
      boolean gain = type.name().contains("norm") && type.name().endsWith(".weight");
      boolean matrix = !gain && type.name().endsWith(".weight");
      double deviation = matrix ? 1.5 / Math.sqrt((double) shape.size() / shape.get(0)) : 0.2;
      for (String name : type.parameterNames()) {
        weights.put(name, normal(manager, shape, gain ? 1 : 0, deviation, seed.child(name)));
      }
    }
    return new SizedModel(family, size, NamedArrays.of(weights));
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
