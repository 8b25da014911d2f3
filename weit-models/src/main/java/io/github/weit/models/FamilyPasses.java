package io.github.weit.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.weit.core.Initial;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.Precision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The part of {@link FamilyCheck} that computes: forward passes of one size. */
final class FamilyPasses {

  private static final int BATCH = 3;
  private static final double DROP = 0.5;
  private static final double TOLERANCE = 1e-4;

  /** How far values are spread that start as a constant, which would hide whether they are read. */
  private static final double SPREAD = 0.2;

  private final Family family;
  private final Size size;
  private final NDManager owner;
  private final NDManager batch;
  private final NamedArrays weights;

  /**
   * @param owner of weights, and of nothing that is computed
   * @param batch owner of images, beside the other
   */
  FamilyPasses(Family family, Size size, NDManager owner, NDManager batch) {
    this.family = family;
    this.size = size;
    this.owner = owner;
    this.batch = batch;
    this.weights = random(family.weights(size));
  }

  void require() {
    NamedArrays copies = weights.copyTo(batch);
    NDArray images = random(batch, family.inputShape(BATCH), new Seed(1));
    requireTraining(images);
    requireStatistics(images);
    SizedModel model = new SizedModel(family, size, weights).calibrate(List.of(images));
    requireEvaluation(model.arrays(), images);
    requireRefusal(model.arrays());
    requireGradients(images);
    copies.forEach(
        (name, copy) ->
            that(
                copy.contentEquals(weights.get(name)),
                "forward must leave weights as they are, it changes '%s'".formatted(name)));
  }

  private void requireTraining(NDArray images) {
    NDArray logits = logits(weights, images, Pass.training(0, new Seed(2)));
    that(
        close(logits(weights, images, Pass.training(0, new Seed(3))), logits),
        "a training pass without drop path must draw nothing");
    NDArray dropped = logits(weights, images, Pass.training(DROP, new Seed(4)));
    that(
        close(logits(weights, images, Pass.training(DROP, new Seed(4))), dropped),
        "what a training pass draws must depend on its seed alone");
    logits(weights, images, Pass.training(0, new Seed(2)).withPrecision(Precision.BFLOAT16));
  }

  private void requireStatistics(NDArray images) {
    Map<String, Shape> expected = new LinkedHashMap<>();
    for (WeightType type : family.statistics(size)) {
      type.parameterNames().forEach(name -> expected.put(name, type.denseShape()));
    }
    Map<String, Shape> found = new LinkedHashMap<>();
    List<String> paths = new ArrayList<>();
    Pass pass =
        Pass.measuring(
            (path, mean, variance) -> {
              paths.add(path);
              found.put(path + BatchNorms.MEAN, mean.getShape());
              found.put(path + BatchNorms.VARIANCE, variance.getShape());
            });
    logits(weights, images, pass);
    that(
        found.equals(expected) && paths.size() * 2 == expected.size(),
        "a training pass must tell each of statistics(Size) once, expected %s, found %s of norms %s"
            .formatted(expected, found, paths));
  }

  private void requireEvaluation(NamedArrays arrays, NDArray images) {
    NDArray logits = logits(arrays, images, Pass.evaluation());
    that(
        close(logits(arrays, images, Pass.evaluation()), logits)
            && close(logits(arrays, images, new Pass(false, DROP, new Seed(5))), logits),
        "an evaluation must draw nothing");
    for (int i = 0; i < BATCH; i++) {
      NDArray one = logits(arrays, images.get(i + ":" + (i + 1)), Pass.evaluation());
      that(
          close(one, logits.get(i + ":" + (i + 1))),
          "an evaluation of an image must not depend on others beside it");
    }
  }

  private void requireRefusal(NamedArrays arrays) {
    long[] shape = family.inputShape(BATCH).getShape().clone();
    shape[shape.length - 1]++;
    NDArray others = random(batch, new Shape(shape), new Seed(6));
    try {
      family.forward(arrays, size, others, Pass.evaluation());
    } catch (WeitException e) {
      return;
    } catch (RuntimeException e) {
      throw new WeitException(
          text("forward must begin with requireInput, found %s instead".formatted(e)), e);
    }
    that(false, "forward must begin with requireInput, it takes " + others.getShape());
  }

  private void requireGradients(NDArray images) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      weights.requireGradient(true);
      try (GradientCollector collector = owner.getEngine().newGradientCollector()) {
        NDArray logits = logits(weights, images, Pass.training(0, new Seed(7)));
        NDArray slopes = random(batch, logits.getShape(), new Seed(8));
        collector.backward(logits.mul(slopes).sum());
      }
      weights.forEach(
          (name, weight) -> {
            float sum = weight.getGradient().abs().sum().getFloat();
            that(
                sum > 0 && Float.isFinite(sum),
                "weights '%s' would never learn: the sum of their gradient's magnitudes is %s"
                    .formatted(name, sum));
          });
      weights.requireGradient(false);
    }
  }

  /** Of one pass, which is held to what holds for all of them. */
  private NDArray logits(NamedArrays arrays, NDArray images, Pass pass) {
    int before = owner.getManagedArrays().size();
    NDArray logits;
    try {
      logits = family.forward(arrays, size, images, pass);
    } catch (RuntimeException e) {
      throw new WeitException(
          text("forward fails with what weights(Size) and inputShape() say: " + e.getMessage()), e);
    }
    Shape expected = new Shape(images.getShape().get(0), family.classes());
    that(
        logits.getShape().equals(expected) && logits.getDataType() == images.getDataType(),
        "logits must be %s of %s, found %s of %s"
            .formatted(expected, images.getDataType(), logits.getShape(), logits.getDataType()));
    that(logits.getManager() == batch, "logits must belong to the manager of the images");
    int left = owner.getManagedArrays().size() - before;
    that(left == 0, "forward leaves %d arrays in the manager of the weights".formatted(left));
    return logits;
  }

  private NamedArrays random(List<WeightType> types) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    for (WeightType type : types) {
      double mean = type.initial() instanceof Initial.Constant constant ? constant.value() : 0;
      double deviation =
          type.initial() instanceof Initial.Normal normal ? normal.deviation() : SPREAD;
      for (String name : type.parameterNames()) {
        Seed seed = new Seed(9).child(name);
        arrays.put(name, random(owner, type.denseShape(), mean, deviation, seed));
      }
    }
    return NamedArrays.of(arrays);
  }

  private static NDArray random(NDManager owner, Shape shape, Seed seed) {
    return random(owner, shape, 0, 1, seed);
  }

  private static NDArray random(
      NDManager owner, Shape shape, double mean, double deviation, Seed seed) {
    RandomGenerator generator = seed.generator();
    float[] values = new float[Math.toIntExact(shape.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (mean + deviation * generator.nextGaussian());
    }
    return owner.create(values, shape);
  }

  private static boolean close(NDArray found, NDArray expected) {
    float scale = expected.abs().max().getFloat();
    return found.sub(expected).abs().max().getFloat() <= TOLERANCE * scale;
  }

  private void that(boolean kept, String rule) {
    if (!kept) {
      throw new WeitException(text(rule));
    }
  }

  private String text(String rule) {
    return "family '%s', size %s: %s".formatted(family.id(), size, rule);
  }
}
