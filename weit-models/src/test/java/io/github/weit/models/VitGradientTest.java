package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.TemplateBank;
import io.github.weit.core.WeightType;
import io.github.weit.core.engine.Ops;
import io.github.weit.core.engine.WeitEngine;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VitGradientTest {

  private static final Size SIZE = new Size(8, 2);
  private static final double STEP = 1e-5;

  private static Vit vit(Vit.Pooling pooling) {
    return new Vit(4, 1, 2, 3, 4, 2, pooling, new TemplateCut(4, 2, 2, 2));
  }

  /** Along one random direction per array; a slope that agrees there is no accident. */
  @ParameterizedTest
  @EnumSource
  void ofEveryTemplateAndScalerIsTheSlopeOfTheLoss(Vit.Pooling pooling) {
    Vit vit = vit(pooling);
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      ComposedVit model = ComposedVit.random(vit, SIZE, manager, new Seed(60), DataType.FLOAT64);
      NDArray images = Values.images(manager, vit, 3, new Seed(61), DataType.FLOAT64);
      NamedArrays leaves =
          model.bank().arrays().withPrefix("t/").and(model.scalers().arrays().withPrefix("s/"));
      Map<String, double[]> gradients = gradients(vit, leaves, images);
      for (String name : leaves.names()) {
        double[] direction = Values.normal(new Seed(62).child(name), leaves.get(name).size());
        double found = 0;
        for (int i = 0; i < direction.length; i++) {
          found += gradients.get(name)[i] * direction[i];
        }
        double slope =
            (moved(vit, leaves, name, direction, STEP, images)
                    - moved(vit, leaves, name, direction, -STEP, images))
                / (2 * STEP);
        assertThat(found).as(name).isCloseTo(slope, within(1e-8 * Math.max(1, Math.abs(slope))));
        assertThat(found).as("gradient of %s", name).isNotZero();
      }
    }
  }

  /**
   * From untrained values: biases start at 0, so one of their factors waits for the other one to
   * move: templates for scalers inside blocks, scalers for templates outside. Everything else is
   * reached at once.
   */
  @Test
  void reachesEveryLeafOfAnUntrainedModelButOneFactorOfBiases() {
    Vit vit = vit(Vit.Pooling.CLASS_TOKEN);
    List<WeightType> types = vit.weights(SIZE);
    KroneckerConstraint rule = new KroneckerConstraint();
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      NamedArrays leaves =
          TemplateBank.create(rule, types, manager, new Seed(63))
              .arrays()
              .withPrefix("t/")
              .and(ScalerSet.create(rule, types, manager, new Seed(63)).arrays().withPrefix("s/"));
      NDArray images = Values.images(manager, vit, 3, new Seed(64), DataType.FLOAT32);
      gradients(vit, leaves, images)
          .forEach(
              (name, gradient) -> {
                String waiting = name.contains("blocks.") ? "t/" : "s/";
                if (name.startsWith(waiting) && name.endsWith(".bias")) {
                  assertThat(gradient).as(name).containsOnly(0);
                } else {
                  assertThat(Arrays.stream(gradient)).as(name).anyMatch(value -> value != 0);
                  assertThat(Arrays.stream(gradient)).as(name).allMatch(Double::isFinite);
                }
              });
    }
  }

  private static Map<String, double[]> gradients(Vit vit, NamedArrays leaves, NDArray images) {
    leaves.requireGradient(true);
    try (GradientCollector collector = WeitEngine.start().newGradientCollector()) {
      collector.backward(loss(vit, leaves, images));
    }
    Map<String, double[]> gradients = new LinkedHashMap<>();
    leaves.forEach((name, leaf) -> gradients.put(name, Values.toDoubles(leaf.getGradient())));
    leaves.requireGradient(false);
    return gradients;
  }

  private static double moved(
      Vit vit, NamedArrays leaves, String name, double[] direction, double step, NDArray images) {
    double[] values = leaves.get(name).toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      values[i] += step * direction[i];
    }
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      Map<String, NDArray> changed = new LinkedHashMap<>(leaves.asMap());
      changed.put(name, manager.create(values, leaves.get(name).getShape()));
      return loss(vit, NamedArrays.of(changed), images).toDoubleArray()[0];
    }
  }

  private static NDArray loss(Vit vit, NamedArrays leaves, NDArray images) {
    ComposedVit model = ComposedVit.of(vit.weights(SIZE), leaves.under("t/"), leaves.under("s/"));
    NDArray logits = vit.forward(model.compose(), SIZE, images, Pass.evaluation());
    double[] targets = {0.9, 0.1, 0, 0, 1, 0, 0.3, 0.3, 0.4};
    return Ops.crossEntropy(
        logits, Values.create(images.getManager(), targets, new Shape(3, 3), images.getDataType()));
  }
}
