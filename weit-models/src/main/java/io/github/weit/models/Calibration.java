package io.github.weit.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.NoGradient;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Measures the running statistics of batch norms: passes that normalise by the batch, and the mean
 * over them in float64 of what each norm sees ("Rethinking 'Batch' in BatchNorm", arXiv 2105.07576,
 * section 3.2).
 */
final class Calibration {

  private final Map<String, double[]> sums = new LinkedHashMap<>();
  private long batches;

  private Calibration() {}

  /** The model with the same arrays of weights, and statistics beside them in the same manager. */
  static SizedModel of(SizedModel model, Iterable<NDArray> images) {
    Calibration calibration = new Calibration();
    try (NoGradient off = NoGradient.begin()) {
      off.hold();
      images.forEach(batch -> calibration.measure(model, batch));
    }
    return new SizedModel(
        model.family(),
        model.size(),
        model.weights(),
        calibration.statistics(model),
        model.provenance());
  }

  private void measure(SizedModel model, NDArray images) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Pass pass =
          Pass.measuring(
              (path, mean, variance) -> {
                add(path + BatchNorms.MEAN, mean);
                add(path + BatchNorms.VARIANCE, variance);
              });
      model.family().forward(model.weights(), model.size(), images, pass);
    }
    batches++;
  }

  private void add(String name, NDArray values) {
    double[] seen = values.toType(DataType.FLOAT64, false).toDoubleArray();
    double[] sum = sums.computeIfAbsent(name, key -> new double[seen.length]);
    for (int i = 0; i < seen.length; i++) {
      sum[i] += seen[i];
    }
  }

  private NamedArrays statistics(SizedModel model) {
    if (batches == 0) {
      throw new WeitException("there is no image to measure the running statistics of norms on");
    }
    NDArray like = model.weights().asMap().values().iterator().next();
    NDManager manager = like.getManager();
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (WeightType type : model.family().statistics(model.size())) {
      for (String name : type.parameterNames()) {
        if (!sums.containsKey(name)) {
          throw new WeitException(
              "%s says that it has the statistic '%s', and its forward pass measures none of that name; there are: %s"
                  .formatted(model.family().id(), name, sums.keySet()));
        }
        double[] mean = sums.get(name).clone();
        for (int i = 0; i < mean.length; i++) {
          mean[i] /= batches;
        }
        try (NDArray exact = manager.create(mean, type.denseShape())) {
          arrays.put(name, exact.toType(like.getDataType(), true));
        }
      }
    }
    return NamedArrays.of(arrays);
  }
}
