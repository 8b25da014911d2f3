package io.github.weit.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.Seed;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * How long predictions take on this machine, in float32 and without reading a picture.
 *
 * @param images in a prediction
 * @param milliseconds of each size, the median of several
 */
record PredictionTimes(int images, Map<Size, Double> milliseconds) {

  private static final int LEAST = 5;
  private static final int MOST = 41;
  private static final long WARM_UP = 200_000_000;
  private static final long LONG_ENOUGH = 1_000_000_000; // nanoseconds of a size, if it is slow

  /**
   * Measures sizes one after the other; what else the machine does shows.
   *
   * @param manager decides the device
   */
  static PredictionTimes measure(Family family, List<Size> sizes, int images, NDManager manager) {
    Map<Size, Double> found = new LinkedHashMap<>();
    for (Size size : sizes) {
      found.put(size, measure(family, size, images, manager));
    }
    return new PredictionTimes(images, found);
  }

  private static double measure(Family family, Size size, int images, NDManager manager) {
    try (NDManager own = manager.newSubManager();
        SizedModel random = SizedModel.random(family, size, own, new Seed(0))) {
      NDArray batch = noise(family.inputShape(images), own);
      NDArray few = noise(family.inputShape(2), own);
      SizedModel model = random.calibrate(List.of(few)); // norms with statistics, such as they are
      long begin = System.nanoTime();
      int warm = 0;
      while (warm < 2 || System.nanoTime() - begin < WARM_UP) {
        predict(model, batch);
        warm++;
      }
      long[] times = new long[MOST];
      int rounds = 0;
      begin = System.nanoTime();
      while (rounds < LEAST || rounds < MOST && System.nanoTime() - begin < LONG_ENOUGH) {
        times[rounds++] = predict(model, batch);
      }
      long[] sorted = Arrays.copyOf(times, rounds);
      Arrays.sort(sorted);
      return sorted[rounds / 2] / 1e6;
    }
  }

  /** As normalised images have them, no number so small that it would take longer than others. */
  private static NDArray noise(Shape shape, NDManager manager) {
    RandomGenerator random = new Seed(0).generator();
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return manager.create(values, shape);
  }

  /** Nanoseconds until the logits are here. */
  private static long predict(SizedModel model, NDArray batch) {
    long start = System.nanoTime();
    try (NDArray logits = model.logits(batch)) {
      logits.toFloatArray();
    }
    return System.nanoTime() - start;
  }

  String heading() {
    return images == 1 ? "ms an image" : "ms for " + images;
  }

  String text(Size size) {
    double value = milliseconds.get(size);
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
  }
}
