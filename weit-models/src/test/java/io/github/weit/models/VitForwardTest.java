package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VitForwardTest {

  private static final Size SIZE = new Size(24, 2);
  private static final int BATCH = 3;

  /**
   * Images of 12x12 with 2 channels, patches of 4, three heads of 8, an MLP three times as wide.
   */
  private static Vit vit(Vit.Pooling pooling) {
    return new Vit(12, 2, 4, 5, 8, 3, pooling, new TemplateCut(4, 2, 2, 2));
  }

  @ParameterizedTest
  @EnumSource
  void agreesWithLoopsInFloat64(Vit.Pooling pooling) {
    assertAgreesWithLoops(vit(pooling), SIZE, DataType.FLOAT64, 1e-12);
  }

  @ParameterizedTest
  @EnumSource
  void agreesWithLoopsInFloat32(Vit.Pooling pooling) {
    assertAgreesWithLoops(vit(pooling), SIZE, DataType.FLOAT32, 1e-5);
  }

  @Test
  void agreesWithLoopsWhereTheRootOfTheHeadSizeIsNoPowerOfTwo() {
    Vit heads32 = Vit.small(8, 1, 3);
    assertAgreesWithLoops(heads32, new Size(64, 1), DataType.FLOAT64, 1e-12);
    assertAgreesWithLoops(heads32, new Size(64, 1), DataType.FLOAT32, 1e-5);
  }

  @ParameterizedTest
  @EnumSource
  void imagesOfABatchDoNotTouchEachOther(Vit.Pooling pooling) {
    Vit vit = vit(pooling);
    try (NDManager manager = TestDevice.newManager()) {
      NamedArrays weights = weights(vit, manager);
      NDArray images = Values.images(manager, vit, BATCH, new Seed(2), DataType.FLOAT64);
      double[] together = vit.forward(weights, SIZE, images, Pass.evaluation()).toDoubleArray();
      for (int i = 0; i < BATCH; i++) {
        NDArray one = images.get(i + ":" + (i + 1));
        double[] alone = vit.forward(weights, SIZE, one, Pass.evaluation()).toDoubleArray();
        Values.assertClose(alone, Arrays.copyOfRange(together, 5 * i, 5 * i + 5), 1e-13);
      }
    }
  }

  @Test
  void refusesImagesOfAnotherShape() {
    Vit vit = vit(Vit.Pooling.MEAN);
    try (NDManager manager = TestDevice.newManager()) {
      NamedArrays weights = weights(vit, manager);
      NDArray gray = manager.zeros(new Shape(1, 1, 12, 12));
      assertThatThrownBy(() -> vit.forward(weights, SIZE, gray, Pass.evaluation()))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("(batch, 2, 12, 12)")
          .hasMessageContaining("(1, 1, 12, 12)");
    }
  }

  @Test
  void namesTheWeightThatIsMissing() {
    Vit vit = vit(Vit.Pooling.MEAN);
    try (NDManager manager = TestDevice.newManager()) {
      NamedArrays weights = weights(vit, manager);
      NDArray images = Values.images(manager, vit, 1, new Seed(2), DataType.FLOAT64);
      assertThatThrownBy(() -> vit.forward(weights, new Size(24, 3), images, Pass.evaluation()))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("blocks.2.norm1.weight");
    }
  }

  private static NamedArrays weights(Vit vit, NDManager manager) {
    List<WeightType> types = vit.weights(SIZE);
    return Values.create(
        manager, types, Values.randomWeights(types, new Seed(1)), DataType.FLOAT64);
  }

  private static void assertAgreesWithLoops(
      Vit vit, Size size, DataType dataType, double tolerance) {
    List<WeightType> types = vit.weights(size);
    Map<String, double[]> values = Values.randomWeights(types, new Seed(1));
    NaiveVit naive = new NaiveVit(vit, size, values);
    try (NDManager manager = TestDevice.newManager()) {
      NamedArrays weights = Values.create(manager, types, values, dataType);
      NDArray images = Values.images(manager, vit, BATCH, new Seed(2), dataType);
      NDArray logits = vit.forward(weights, size, images, Pass.evaluation());
      assertThat(logits.getShape()).isEqualTo(new Shape(BATCH, vit.classes()));
      for (int i = 0; i < BATCH; i++) {
        double[] expected = naive.logits(Values.toDoubles(images.get(i)));
        Values.assertClose(Values.toDoubles(logits.get(i)), expected, tolerance);
      }
    }
  }
}
