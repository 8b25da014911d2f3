package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.github.weit.core.DenseWeights;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.Ops;
import io.github.weit.core.engine.Precision;
import io.github.weit.core.engine.WeitEngine;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Forward and backward passes in bfloat16 against those in float32. */
class PrecisionTest {
  private static final int BATCH = 4;

  enum Case {
    VIT_CLASS_TOKEN(Vit.small(16, 3, 5), "64x3", 2e-3),
    VIT_MEAN(Vit.small(16, 3, 5).withPooling(Vit.Pooling.MEAN), "64x3", 2e-3),
    /** Its residual sums are rounded too, and ReLUs near their kink turn over. */
    RESNET(ResNet.small(16, 3, 5), "16x1-1-1", 1e-2),
    CONVNEXT(ConvNext.small(16, 3, 5), "16x1-1-1", 2e-3);

    private final Family family;
    private final Size size;
    private final double angle;

    /**
     * @param angle 1 - cosine between both gradients, at most
     */
    Case(Family family, String size, double angle) {
      this.angle = angle;
      this.family = family;
      this.size = Size.parse(size);
    }
  }

  @ParameterizedTest
  @EnumSource
  void bfloat16GivesTheLogitsAndGradientsOfFloat32UpToItsRounding(Case of) {
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      NamedArrays weights = DenseWeights.initial(of.family.weights(of.size), manager, new Seed(1));
      weights.requireGradient(true);
      NDArray images = Values.images(manager, of.family, BATCH, new Seed(2), DataType.FLOAT32);
      Map<String, double[]> exact = logitsAndGradients(of, weights, images, Precision.FLOAT32);
      Map<String, double[]> rounded = logitsAndGradients(of, weights, images, Precision.BFLOAT16);
      double dot = 0;
      double exactSquares = 0;
      double roundedSquares = 0;
      for (String name : exact.keySet()) {
        double[] a = exact.get(name);
        double[] b = rounded.get(name);
        for (int i = 0; i < a.length; i++) {
          dot += a[i] * b[i];
          exactSquares += a[i] * a[i];
          roundedSquares += b[i] * b[i];
        }
      }
      assertThat(dot / Math.sqrt(exactSquares * roundedSquares)).isCloseTo(1, within(of.angle));
      assertThat(Math.sqrt(roundedSquares / exactSquares)).isCloseTo(1, within(0.02));
      assertThat(rounded.get("logits"))
          .isNotEqualTo(exact.get("logits"))
          .containsExactly(exact.get("logits"), within(0.02));
    }
  }

  private static Map<String, double[]> logitsAndGradients(
      Case of, NamedArrays weights, NDArray images, Precision precision) {
    Map<String, double[]> results = new LinkedHashMap<>();
    try (GradientCollector collector = WeitEngine.start().newGradientCollector()) {
      Pass pass = Pass.training(0, new Seed(3)).withPrecision(precision);
      NDArray logits = of.family.forward(weights, of.size, images, pass);
      assertThat(logits.getDataType()).isEqualTo(DataType.FLOAT32);
      results.put("logits", Values.toDoubles(logits));
      NDArray targets = images.getManager().eye(5).get("0:" + BATCH).reshape(BATCH, 5);
      collector.backward(Ops.crossEntropy(logits, targets));
    }
    weights.forEach(
        (name, weight) -> {
          NDArray gradient = weight.getGradient();
          assertThat(gradient.getDataType()).isEqualTo(DataType.FLOAT32);
          assertThat(gradient.getShape()).isEqualTo(weight.getShape());
          results.put(name, Values.toDoubles(gradient));
          gradient.muli(images.getManager().zeros(new Shape(1)));
        });
    return results;
  }
}
