package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.github.weit.core.Axis;
import io.github.weit.core.DenseWeights;
import io.github.weit.core.Initial;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeightType;
import io.github.weit.core.WeitException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ImageTransferTest {

  private static final Seed SEED = new Seed(70);
  private static final Size SIZE = new Size(8, 2);
  private static final Vit VIT = vit(16, 3, Vit.Pooling.CLASS_TOKEN);
  private static final ConvCut CUT = new ConvCut(4, 2, 2, 2, ConvCut.Sharing.NETWORK);
  private static final ResNet RES_NET =
      new ResNet(8, 3, 5, ResNet.Stem.CIFAR, ResNet.Block.BASIC, 2, 1, CUT);
  private static final ConvNext CONV_NEXT = new ConvNext(8, 3, 5, 2, 2, CUT);

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = TestDevice.newManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static Vit vit(int imageSize, int channels, Vit.Pooling pooling) {
    return new Vit(imageSize, channels, 4, 5, 4, 2, pooling, new TemplateCut(4, 2, 2, 2));
  }

  private static Size size(Family family) {
    return family.stages() == 1 ? SIZE : Size.parse("4x1-2");
  }

  private SizedModel model(Family family, DataType type) {
    Size size = size(family);
    Map<String, double[]> values = Values.randomWeights(family.weights(size), SEED);
    return new SizedModel(family, size, Values.create(manager, family.weights(size), values, type));
  }

  /** The model with the head that another had. */
  private static SizedModel withHead(SizedModel model, SizedModel other) {
    Map<String, NDArray> weights = new LinkedHashMap<>(model.weights().asMap());
    model.headNames().forEach(name -> weights.put(name, other.weights().get(name)));
    return new SizedModel(model.family(), model.size(), NamedArrays.of(weights));
  }

  static Stream<Family> coloured() {
    return Stream.of(VIT, vit(8, 3, Vit.Pooling.MEAN), RES_NET, CONV_NEXT);
  }

  @ParameterizedTest
  @MethodSource("coloured")
  void aGreyPictureGivesWhatItGaveInColour(Family family) {
    SizedModel coloured = model(family, DataType.FLOAT64);
    int side = (int) family.inputShape().get(1);
    ImageTransfer transfer = ImageTransfer.of(family, side, 1, 5);
    SizedModel grey = withHead(transfer.adapt(coloured, manager, SEED), coloured);
    NDArray images = Values.images(manager, grey.family(), 3, SEED, DataType.FLOAT64);
    NDArray repeated = NDArrays.concat(new NDList(images, images, images), 1);
    assertSameLogits(grey, images, coloured, repeated);
  }

  @ParameterizedTest
  @MethodSource("coloured")
  void aGreyPictureGivesInColourWhatItGave(Family family) {
    int side = (int) family.inputShape().get(1);
    Family plain = family.withImages(side, 1);
    SizedModel grey = model(plain, DataType.FLOAT64);
    ImageTransfer transfer = ImageTransfer.of(plain, side, 3, 5);
    SizedModel coloured = withHead(transfer.adapt(grey, manager, SEED), grey);
    NDArray images = Values.images(manager, plain, 3, SEED, DataType.FLOAT64);
    NDArray repeated = NDArrays.concat(new NDList(images, images, images), 1);
    assertSameLogits(coloured, repeated, grey, images);
    assertThat(transfer.to()).isEqualTo(family);
  }

  /** Colours count alike: no channel is left out. */
  @Test
  void eachColourGivesAThirdOfTheGrey() {
    Vit plain = VIT.withImages(16, 1);
    SizedModel coloured =
        ImageTransfer.of(plain, 16, 3, 5).adapt(model(plain, DataType.FLOAT64), manager, SEED);
    double[] found = Values.toDoubles(coloured.weights().get("patch_embed.proj.weight"));
    double[] grey = Values.randomWeights(plain.weights(SIZE), SEED).get("patch_embed.proj.weight");
    double[] expected = new double[grey.length * 3]; // (out, channel, 4, 4)
    Arrays.setAll(expected, i -> grey[i / 48 * 16 + i % 16] / 3);
    Values.assertClose(found, expected, 1e-15);
  }

  private static void assertSameLogits(
      SizedModel found, NDArray images, SizedModel expected, NDArray same) {
    SizedModel one = found.calibrate(List.of(images));
    SizedModel other = expected.calibrate(List.of(same));
    Values.assertClose(
        Values.toDoubles(one.logits(images)), Values.toDoubles(other.logits(same)), 1e-12);
  }

  @ParameterizedTest
  @CsvSource({
    "CLASS_TOKEN, 16, 12",
    "CLASS_TOKEN, 8, 20",
    "MEAN, 20, 8",
    "MEAN, 12, 16",
    "CLASS_TOKEN, 4, 8"
  })
  void placesAreResampledAsLoopsDoIt(Vit.Pooling pooling, int from, int to) {
    Vit vit = vit(from, 3, pooling);
    SizedModel model = model(vit, DataType.FLOAT64);
    SizedModel found = ImageTransfer.of(vit, to, 3, 5).adapt(model, manager, SEED);
    double[] old = Values.toDoubles(model.weights().get("pos_embed"));
    int first = pooling == Vit.Pooling.CLASS_TOKEN ? 1 : 0;
    double[] expected = resampled(old, first, from / 4, to / 4, SIZE.width());
    Values.assertClose(Values.toDoubles(found.weights().get("pos_embed")), expected, 1e-14);
    NDArray images = Values.images(manager, found.family(), 2, SEED, DataType.FLOAT64);
    double[] logits = Values.toDoubles(withHead(found, model).logits(images));
    assertThat(logits).hasSize(10).doesNotContain(Double.NaN);
  }

  /** One output place at a time, both sides at once, from the definition of the cubic kernel. */
  private static double[] resampled(double[] old, int first, int from, int to, int width) {
    double[] rows = new double[(first + to * to) * width];
    System.arraycopy(old, 0, rows, 0, first * width);
    double ratio = (double) from / to;
    for (int y = 0; y < to; y++) {
      for (int x = 0; x < to; x++) {
        for (int d = 0; d < width; d++) {
          double sum = 0;
          double weights = 0;
          for (int v = 0; v < from; v++) {
            for (int u = 0; u < from; u++) {
              double weight =
                  cubic((v + 0.5 - (y + 0.5) * ratio) / Math.max(1, ratio))
                      * cubic((u + 0.5 - (x + 0.5) * ratio) / Math.max(1, ratio));
              sum += weight * old[(first + v * from + u) * width + d];
              weights += weight;
            }
          }
          rows[(first + y * to + x) * width + d] = sum / weights;
        }
      }
    }
    return rows;
  }

  private static double cubic(double x) {
    double t = Math.abs(x);
    if (t >= 2) {
      return 0;
    }
    return t <= 1 ? 1.5 * t * t * t - 2.5 * t * t + 1 : -0.5 * t * t * t + 2.5 * t * t - 4 * t + 2;
  }

  /** timm 1.0's resample_abs_pos_embed of sin(i^2), (1, 17, 2), to 3x3 places. */
  @Test
  void placesAreResampledAsTimmDoesIt() {
    Vit vit = vit(16, 3, Vit.Pooling.CLASS_TOKEN);
    Map<String, double[]> values = Values.randomWeights(vit.weights(SIZE), SEED);
    double[] embedding = new double[17 * 8]; // the first two of eight features
    Arrays.setAll(
        embedding,
        i -> {
          float index = i / 8 * 2 + i % 8;
          return i % 8 < 2 ? Math.sin(index * index) : 0;
        });
    values.put("pos_embed", embedding);
    NamedArrays weights = Values.create(manager, vit.weights(SIZE), values, DataType.FLOAT32);
    SizedModel found =
        ImageTransfer.of(vit, 12, 3, 5).adapt(new SizedModel(vit, SIZE, weights), manager, SEED);
    double[] all = Values.toDoubles(found.weights().get("pos_embed"));
    double[] two = new double[20];
    Arrays.setAll(two, i -> all[i / 2 * 8 + i % 2]);
    double[] timm = {
      0.0,
      0.8414709568023682,
      -0.597219705581665,
      0.4085855185985565,
      -0.4132332503795624,
      -0.7478604912757874,
      0.20525150001049042,
      -0.6724655628204346,
      -0.5723876953125,
      0.5598452687263489,
      0.01604878157377243,
      0.1098586916923523,
      -0.5567561388015747,
      0.055889107286930084,
      -0.7099518775939941,
      0.01054549589753151,
      -0.08670021593570709,
      -0.1375862956047058,
      0.0360109768807888,
      0.6009003520011902
    };
    Values.assertClose(two, timm, 1e-6);
  }

  static Stream<Arguments> parts() {
    String pixels = "patch_embed.proj.weight";
    return Stream.of(
        Arguments.of(VIT, 16, 3, List.of(), List.of("head.weight", "head.bias")),
        Arguments.of(VIT, 12, 3, List.of("pos_embed"), List.of("head.weight", "head.bias")),
        Arguments.of(VIT, 12, 1, List.of("pos_embed", pixels), List.of("head.weight", "head.bias")),
        Arguments.of(RES_NET, 12, 3, List.of(), List.of("fc.weight", "fc.bias")),
        Arguments.of(RES_NET, 12, 1, List.of("conv1.weight"), List.of("fc.weight", "fc.bias")),
        Arguments.of(
            CONV_NEXT, 12, 1, List.of("stem.0.weight"), List.of("head.fc.weight", "head.fc.bias")));
  }

  /** Also of the number of classes that there were. */
  @ParameterizedTest
  @MethodSource("parts")
  void saysWhatBecomesOfWhat(
      Family family, int side, int channels, List<String> adapted, List<String> fresh) {
    for (int classes : new int[] {5, 7}) {
      ImageTransfer transfer = ImageTransfer.of(family, side, channels, classes);
      Size size = size(family);
      ImageTransfer.Parts parts = transfer.parts(size);
      SizedModel old = model(family, DataType.FLOAT32);
      assertThat(parts.adapted()).isEqualTo(adapted);
      assertThat(parts.fresh()).isEqualTo(fresh);
      assertThat(Stream.of(parts.kept(), adapted, fresh).flatMap(List::stream))
          .containsExactlyInAnyOrderElementsOf(old.weights().names());
      SizedModel found = transfer.adapt(old, manager, SEED);
      assertThat(found.family()).isEqualTo(transfer.to());
      NamedArrays initial = DenseWeights.initial(transfer.to().weights(size), manager, SEED);
      assertThat(found.weights().names()).containsExactlyElementsOf(initial.names());
      parts.fresh().forEach(name -> assertEqual(found.weights(), initial, name));
      parts.kept().forEach(name -> assertEqual(found.weights(), old.weights(), name));
      assertThat(parts.toString())
          .contains(fresh)
          .contains(adapted.isEmpty() ? List.of("adapted: nothing") : adapted);
    }
  }

  private static void assertEqual(NamedArrays found, NamedArrays expected, String name) {
    assertThat(found.get(name).getShape()).as(name).isEqualTo(expected.get(name).getShape());
    assertThat(found.get(name).toFloatArray())
        .as(name)
        .isEqualTo(expected.get(name).toFloatArray());
  }

  /** As for images of a finer resolution. */
  @Test
  void theHeadIsKeptForTheSameClasses() {
    SizedModel old = model(VIT, DataType.FLOAT32);
    ImageTransfer transfer = ImageTransfer.of(VIT, 24, 3, 5).keepingHead();
    ImageTransfer.Parts parts = transfer.parts(old.size());
    assertThat(parts.fresh()).isEmpty();
    assertThat(parts.adapted()).containsExactly("pos_embed");
    assertThat(parts.toString()).startsWith("adapted: pos_embed; fresh: nothing; ");
    SizedModel found = transfer.adapt(old, manager, SEED);
    assertEqual(found.weights(), old.weights(), "head.weight");
    assertEqual(found.weights(), old.weights(), "head.bias");
    ImageTransfer other = ImageTransfer.of(VIT, 24, 3, 7);
    assertThatThrownBy(other::keepingHead)
        .isInstanceOf(WeitException.class)
        .hasMessage("vit: a head for 5 classes cannot be kept for 7");
  }

  @Test
  void theResultStandsAloneAndSeedsDecideTheHeadOnly() {
    SizedModel old = model(VIT, DataType.FLOAT32);
    ImageTransfer transfer = ImageTransfer.of(VIT, 16, 3, 7);
    SizedModel one = transfer.adapt(old, manager, new Seed(1));
    SizedModel two = transfer.adapt(old, manager, new Seed(2));
    int before = manager.getManagedArrays().size();
    SizedModel three = transfer.adapt(old, manager, new Seed(1));
    assertThat(manager.getManagedArrays()).hasSize(before + three.weights().size());
    old.close();
    assertEqual(one.weights(), two.weights(), "norm.weight");
    assertEqual(one.weights(), three.weights(), "head.weight");
    assertThat(one.weights().get("head.weight").toFloatArray())
        .isNotEqualTo(two.weights().get("head.weight").toFloatArray());
  }

  @Test
  void statisticsOfOtherImagesAreLeftOut() {
    SizedModel old = model(RES_NET, DataType.FLOAT32);
    NDArray images = Values.images(manager, RES_NET, 2, SEED, DataType.FLOAT32);
    SizedModel measured = old.calibrate(List.of(images));
    assertThat(measured.needsCalibration()).isFalse();
    SizedModel found = ImageTransfer.of(RES_NET, 8, 3, 5).adapt(measured, manager, SEED);
    assertThat(found.needsCalibration()).isTrue();
  }

  @Test
  void refusesWhatCannotBe() {
    refused(VIT, VIT.withPatch(2).withClasses(7), "patch", "expected patch 4", "found 2");
    refused(VIT, VIT.withPooling(Vit.Pooling.MEAN), "pooling CLASS_TOKEN", "found MEAN");
    refused(
        VIT,
        new Vit(16, 3, 4, 5, 8, 2, Vit.Pooling.CLASS_TOKEN, VIT.cut()),
        "head_size 4",
        "found 8");
    refused(VIT, VIT.withCut(new TemplateCut(4, 3, 2, 2)), "attention_templates 2", "found 3");
    refused(VIT, RES_NET, "'vit'", "'resnet'");
    refused(VIT, VIT.withImages(16, 4), "3 channels", "4", "grey");
    assertThatThrownBy(() -> ImageTransfer.of(VIT, 18, 3, 5))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("multiple of the patch size", "18", "4");
    ImageTransfer transfer = ImageTransfer.of(VIT, 12, 3, 5);
    SizedModel other = model(VIT.withImages(12, 3), DataType.FLOAT32);
    assertThatThrownBy(() -> transfer.adapt(other, manager, SEED))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("16x16", "12x12");
  }

  /** A family of one's own may have what this library's have not. */
  @Test
  void weightsThatAreThereAtOneImageSizeAloneAreRefused() {
    Family small = with(VIT.withImages(12, 3), List.of());
    Family large = with(VIT, List.of(type("extra", Axis.fixed("row", 2))));
    for (ImageTransfer transfer :
        List.of(new ImageTransfer(small, large), new ImageTransfer(large, small))) {
      assertThatThrownBy(() -> transfer.parts(SIZE))
          .isInstanceOf(WeitException.class)
          .hasMessageContainingAll("weights 'extra'", "16x16", "12x12", "no rule");
    }
  }

  @Test
  void layersThatDependOnTheImagesAreRefused() {
    for (Axis second : List.of(Axis.fixed(Family.TOKEN_AXIS, 9), Axis.group("place", 9))) {
      Axis layers = Axis.layers(2);
      Axis out = Axis.out("out", 8, 4);
      Family from = with(VIT, List.of(type("mix.{}", layers, second, out)));
      Family to = with(VIT, List.of(type("mix.{}", layers, out)));
      SizedModel model = SizedModel.random(from, SIZE, manager, SEED);
      assertThatThrownBy(() -> new ImageTransfer(from, to).adapt(model, manager, SEED))
          .isInstanceOf(WeitException.class)
          .hasMessageContainingAll("weights 'mix.{}'", "no rule makes", second.name());
    }
  }

  private static Family with(Vit vit, List<WeightType> more) {
    return new FamilyLike(vit) {
      @Override
      public List<WeightType> weights(Size size) {
        return Stream.concat(vit.weights(size).stream(), more.stream()).toList();
      }

      @Override
      public Family withClasses(int classes) {
        return with(vit.withClasses(classes), more);
      }
    };
  }

  private static WeightType type(String name, Axis... axes) {
    return new WeightType(name, name, 1, new Initial.Constant(0), false, List.of(axes));
  }

  private static void refused(Family from, Family to, String... words) {
    assertThatThrownBy(() -> new ImageTransfer(from, to))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll(words);
  }
}
