package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Resize;
import io.github.weit.core.ScalerSet;
import io.github.weit.core.Seed;
import io.github.weit.core.engine.WeitEngine;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model that is widened as {@link Family#widensExactly} allows computes what it did before. */
class FamilyWideningTest {

  @ParameterizedTest
  @CsvSource({
    "CLASS_TOKEN, 32, 32, 64, 128, 0, FLOAT32, 1e-5",
    "MEAN, 32, 32, 64, 128, 0.5, FLOAT32, 1e-5",
    "MEAN, 32, 32, 64, 128, 0, FLOAT64, 1e-12",
    "CLASS_TOKEN, 32, 32, 64, 128, 0.5, FLOAT64, 1e-12",
    "CLASS_TOKEN, 16, 8, 16, 48, 0.5, FLOAT64, 1e-12", // several templates to a head
    "MEAN, 8, 16, 16, 32, 0.5, FLOAT64, 1e-12" // several heads to a template
  })
  void computesTheSame(
      Vit.Pooling pooling,
      int head,
      int template,
      int from,
      int to,
      double unevenness,
      DataType type,
      double tolerance) {
    Vit vit = new Vit(8, 2, 4, 5, head, 4, pooling, new TemplateCut(template, 3, 3, 2));
    Resize rule = Resize.standard().withUnevenness(unevenness, new Seed(50));
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      Composed narrow = Composed.random(vit, new Size(from, 2), manager, new Seed(51), type);
      ScalerSet wide = narrow.scalers().resize(vit.weights(new Size(to, 2)), rule);
      NDArray images = Values.images(manager, vit, 4, new Seed(52), type);
      NDArray expected =
          vit.forward(narrow.compose(), new Size(from, 2), images, Pass.evaluation());
      NDArray found =
          vit.forward(narrow.bank().compose(wide), new Size(to, 2), images, Pass.evaluation());
      Values.assertClose(Values.toDoubles(found), Values.toDoubles(expected), tolerance);
    }
  }

  /** Without being asked to: who composes a wider model trains it, and copies have to part. */
  @Test
  void aComposedModelReadsItsCopiesByUnequalShares() {
    Vit vit = Vit.small(8, 2, 5);
    Size wide = new Size(128, 1);
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      Composed narrow =
          Composed.random(vit, new Size(64, 1), manager, new Seed(54), DataType.FLOAT32);
      Templates templates =
          new Templates(vit, new Size(64, 1), narrow.bank(), narrow.scalers(), Map.of());
      for (SizedModel model :
          List.of(
              templates.compose(wide, manager),
              SizedModel.compose(vit, wide, narrow.bank(), narrow.scalers(), manager))) {
        NDArray head = model.weights().get("head.weight");
        float[] first = head.get(":, :64").toFloatArray();
        float[] second = head.get(":, 64:").toFloatArray();
        float[] source = narrow.compose().get("head.weight").toFloatArray();
        for (int i = 0; i < source.length; i++) {
          assertThat(first[i] + second[i]).isCloseTo(source[i], within(1e-5f));
        }
        assertThat(distance(first, second))
            .isGreaterThan(0.1 * distance(source, new float[source.length]));
      }
    }
  }

  private static double distance(float[] a, float[] b) {
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      squares += Math.pow(a[i] - b[i], 2);
    }
    return Math.sqrt(squares);
  }

  /** Batch norms see copies of the same features, so they keep the function at any width. */
  @ParameterizedTest
  @CsvSource({
    "BASIC, NETWORK, 4, 6, 0, FLOAT64, 1e-12",
    "BOTTLENECK, STAGE, 6, 16, 0.5, FLOAT64, 1e-12",
    "BASIC, STAGE, 4, 12, 0, FLOAT64, 1e-12",
    "BASIC, NETWORK, 4, 8, 0.5, FLOAT64, 1e-12",
    "BOTTLENECK, STAGE, 2, 8, 0.5, FLOAT64, 1e-12",
    "BOTTLENECK, STAGE, 4, 8, 0.5, FLOAT32, 1e-4"
  })
  void aResidualNetworkComputesTheSame(
      ResNet.Block block,
      ConvCut.Sharing sharing,
      int from,
      int to,
      double unevenness,
      DataType type,
      double tolerance) {
    ConvCut cut = new ConvCut(2, 3, 3, 2, sharing);
    ResNet net = new ResNet(8, 2, 5, ResNet.Stem.CIFAR, block, 2, 1, cut);
    Size small = Size.parse(from + "x2-2");
    Size large = Size.parse(to + "x2-2");
    Resize rule = Resize.standard().withUnevenness(unevenness, new Seed(57));
    assertThat(net.widensExactly(from, to)).isTrue();
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      Composed narrow = Composed.random(net, small, manager, new Seed(58), type);
      NDArray images = Values.images(manager, net, 4, new Seed(59), type);
      List<NDArray> batches = List.of(images);
      SizedModel before = new SizedModel(net, small, narrow.compose()).calibrate(batches);
      NamedArrays wide = narrow.bank().compose(narrow.scalers().resize(net.weights(large), rule));
      SizedModel after = new SizedModel(net, large, wide).calibrate(batches);
      Values.assertClose(
          Values.toDoubles(after.logits(images)),
          Values.toDoubles(before.logits(images)),
          tolerance);
    }
  }

  /** So do norms over features of which each is there several times. */
  @ParameterizedTest
  @CsvSource({
    "2, STAGE, 4, 12, 0, FLOAT64, 1e-12",
    "2, NETWORK, 4, 8, 0.5, FLOAT64, 1e-12",
    "1, STAGE, 2, 8, 0.5, FLOAT32, 1e-5"
  })
  void aConvNextComputesTheSame(
      int patch,
      ConvCut.Sharing sharing,
      int from,
      int to,
      double unevenness,
      DataType type,
      double tolerance) {
    ConvNext net = new ConvNext(8, 2, 5, patch, 2, new ConvCut(2, 3, 3, 2, sharing));
    Size small = Size.parse(from + "x2-1");
    Size large = Size.parse(to + "x2-1");
    Resize rule = Resize.standard().withUnevenness(unevenness, new Seed(70));
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      Composed narrow = Composed.random(net, small, manager, new Seed(71), type);
      NamedArrays wide = narrow.bank().compose(narrow.scalers().resize(net.weights(large), rule));
      NDArray images = Values.images(manager, net, 4, new Seed(72), type);
      NDArray expected = net.forward(narrow.compose(), small, images, Pass.evaluation());
      NDArray found = net.forward(wide, large, images, Pass.evaluation());
      Values.assertClose(Values.toDoubles(found), Values.toDoubles(expected), tolerance);
    }
  }

  /** Norms over all features weigh those that are there more often than others differently. */
  @Test
  void byNoWholeFactorATransformerComputesSomethingElse() {
    Vit vit = Vit.small(8, 1, 3);
    assertThat(vit.widensExactly(64, 96)).isFalse();
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      Composed narrow =
          Composed.random(vit, new Size(64, 1), manager, new Seed(60), DataType.FLOAT64);
      ScalerSet wide = narrow.scalers().resize(vit.weights(new Size(96, 1)), Resize.standard());
      NDArray images = Values.images(manager, vit, 4, new Seed(61), DataType.FLOAT64);
      NDArray before = vit.forward(narrow.compose(), new Size(64, 1), images, Pass.evaluation());
      NDArray after =
          vit.forward(narrow.bank().compose(wide), new Size(96, 1), images, Pass.evaluation());
      assertThat(after.sub(before).abs().max().getDouble()).isGreaterThan(1e-3);
    }
  }

  @Test
  void unevenCopiesAreNoCopiesOfEachOther() {
    Vit vit = Vit.small(8, 1, 3);
    Resize rule = Resize.standard().withUnevenness(0.5, new Seed(53));
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      Composed narrow =
          Composed.random(vit, new Size(32, 1), manager, new Seed(54), DataType.FLOAT64);
      NamedArrays wide =
          narrow.bank().compose(narrow.scalers().resize(vit.weights(new Size(64, 1)), rule));
      NDArray weight = wide.get("blocks.0.attn.proj.weight"); // (64, 64)
      assertThat(weight.get(":, :32").toDoubleArray())
          .isNotEqualTo(weight.get(":, 32:").toDoubleArray());
    }
  }

  @Test
  void deeperAndShallowerModelsRun() {
    Vit vit = Vit.small(8, 1, 3);
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      Composed middle =
          Composed.random(vit, new Size(64, 3), manager, new Seed(55), DataType.FLOAT32);
      NDArray images = Values.images(manager, vit, 2, new Seed(56), DataType.FLOAT32);
      for (Size size : new Size[] {new Size(32, 1), new Size(96, 5), new Size(32, 4)}) {
        ScalerSet scalers = middle.scalers().resize(vit.weights(size), Resize.standard());
        NDArray logits =
            vit.forward(middle.bank().compose(scalers), size, images, Pass.evaluation());
        assertThat(logits.toFloatArray()).hasSize(6).doesNotContain(Float.NaN);
      }
    }
  }
}
