package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FamilyGradientTest {

  /** So short a step that no ReLU among the few thousand passes its kink. */
  private static final double KINKED = 3e-7;

  /** Small families, in training: what normalises by the batch does so here. */
  enum Case {
    VIT_CLASS_TOKEN(vit(Vit.Pooling.CLASS_TOKEN), "8x2", 1e-5),
    VIT_MEAN(vit(Vit.Pooling.MEAN), "8x2", 1e-5),
    RESNET_BASIC(resnet(ResNet.Block.BASIC, ConvCut.Sharing.STAGE), "4x2-2", KINKED),
    RESNET_BOTTLENECK(resnet(ResNet.Block.BOTTLENECK, ConvCut.Sharing.NETWORK), "4x2-1", KINKED),
    CONVNEXT(convnext(2, ConvCut.Sharing.NETWORK), "4x2-1", 1e-5),
    CONVNEXT_UNDIVIDED(convnext(1, ConvCut.Sharing.STAGE), "4x1-2", 1e-5);

    private final Family family;
    private final Size size;
    private final double step;

    Case(Family family, String size, double step) {
      this.family = family;
      this.step = step;
      this.size = Size.parse(size);
    }

    Family family() {
      return family;
    }

    Size size() {
      return size;
    }

    private static Vit vit(Vit.Pooling pooling) {
      return new Vit(4, 1, 2, 3, 4, 2, pooling, new TemplateCut(4, 2, 2, 2));
    }

    private static ResNet resnet(ResNet.Block block, ConvCut.Sharing sharing) {
      return new ResNet(8, 1, 3, ResNet.Stem.CIFAR, block, 2, 1, new ConvCut(2, 2, 2, 2, sharing));
    }

    private static ConvNext convnext(int patch, ConvCut.Sharing sharing) {
      return new ConvNext(8, 1, 3, patch, 2, new ConvCut(2, 2, 2, 2, sharing));
    }
  }

  /** Along one random direction per array; a slope that agrees there is no accident. */
  @ParameterizedTest
  @EnumSource
  void ofEveryTemplateAndScalerIsTheSlopeOfTheLoss(Case of) {
    try (NDManager manager = TestDevice.newManager()) {
      Composed model = Composed.random(of.family, of.size, manager, new Seed(60), DataType.FLOAT64);
      NDArray images = Values.images(manager, of.family, 3, new Seed(61), DataType.FLOAT64);
      NamedArrays leaves =
          model.bank().arrays().withPrefix("t/").and(model.scalers().arrays().withPrefix("s/"));
      Map<String, double[]> gradients = gradients(of, leaves, images);
      for (String name : leaves.names()) {
        double[] direction = Values.normal(new Seed(62).child(name), leaves.get(name).size());
        double found = 0;
        for (int i = 0; i < direction.length; i++) {
          found += gradients.get(name)[i] * direction[i];
        }
        double slope =
            (moved(of, leaves, name, direction, of.step, images)
                    - moved(of, leaves, name, direction, -of.step, images))
                / (2 * of.step);
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
  @ParameterizedTest
  @EnumSource
  void reachesEveryLeafOfAnUntrainedModelButOneFactorOfBiases(Case of) {
    List<WeightType> types = of.family.weights(of.size);
    KroneckerConstraint rule = new KroneckerConstraint();
    try (NDManager manager = TestDevice.newManager()) {
      NamedArrays leaves =
          TemplateBank.create(rule, types, manager, new Seed(63))
              .arrays()
              .withPrefix("t/")
              .and(ScalerSet.create(rule, types, manager, new Seed(63)).arrays().withPrefix("s/"));
      NDArray images = Values.images(manager, of.family, 3, new Seed(64), DataType.FLOAT32);
      gradients(of, leaves, images)
          .forEach(
              (name, gradient) -> {
                String waiting =
                    name.matches(".*(blocks|downsample|layer\\d|layers)\\..*") ? "t/" : "s/";
                if (name.startsWith(waiting) && name.endsWith(".bias")) {
                  assertThat(gradient).as(name).containsOnly(0);
                } else {
                  assertThat(Arrays.stream(gradient)).as(name).anyMatch(value -> value != 0);
                  assertThat(Arrays.stream(gradient)).as(name).allMatch(Double::isFinite);
                }
              });
    }
  }

  private static Map<String, double[]> gradients(Case of, NamedArrays leaves, NDArray images) {
    leaves.requireGradient(true);
    try (GradientCollector collector = WeitEngine.start().newGradientCollector()) {
      collector.backward(loss(of, leaves, images));
    }
    Map<String, double[]> gradients = new LinkedHashMap<>();
    leaves.forEach((name, leaf) -> gradients.put(name, Values.toDoubles(leaf.getGradient())));
    leaves.requireGradient(false);
    return gradients;
  }

  private static double moved(
      Case of, NamedArrays leaves, String name, double[] direction, double step, NDArray images) {
    double[] values = leaves.get(name).toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      values[i] += step * direction[i];
    }
    try (NDManager manager = TestDevice.newManager()) {
      Map<String, NDArray> changed = new LinkedHashMap<>(leaves.asMap());
      changed.put(name, manager.create(values, leaves.get(name).getShape()));
      return loss(of, NamedArrays.of(changed), images).toDoubleArray()[0];
    }
  }

  private static NDArray loss(Case of, NamedArrays leaves, NDArray images) {
    Composed model =
        Composed.of(of.family.weights(of.size), leaves.under("t/"), leaves.under("s/"));
    NDArray logits =
        of.family.forward(model.compose(), of.size, images, Pass.training(0, new Seed(65)));
    double[] targets = {0.9, 0.1, 0, 0, 1, 0, 0.3, 0.3, 0.4};
    return Ops.crossEntropy(
        logits, Values.create(images.getManager(), targets, new Shape(3, 3), images.getDataType()));
  }
}
