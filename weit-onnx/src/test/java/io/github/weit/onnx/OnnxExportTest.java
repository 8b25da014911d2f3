package io.github.weit.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.ValueInfo;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.ImageFacts;
import io.github.weit.core.engine.Ops;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.ConvCut;
import io.github.weit.models.ConvNext;
import io.github.weit.models.Family;
import io.github.weit.models.ResNet;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.TemplateCut;
import io.github.weit.models.Vit;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** ONNX Runtime is the oracle: its logits against those of the engine, in one process. */
class OnnxExportTest {

  private static final Seed SEED = new Seed(17);

  @TempDir private Path folder;

  private static Vit vit(int image, int channels, int patch, int headSize, Vit.Pooling pooling) {
    return new Vit(
        image, channels, patch, 7, headSize, 4, pooling, new TemplateCut(headSize, 2, 2, 1));
  }

  @ParameterizedTest
  @CsvSource({
    "CLASS_TOKEN, 16, 3, 4, 8, 24x2",
    "CLASS_TOKEN, 12, 1, 4, 8, 8x1",
    "CLASS_TOKEN, 32, 3, 4, 32, 96x4",
    "CLASS_TOKEN, 32, 3, 16, 64, 192x12",
    "MEAN, 16, 3, 4, 8, 24x2",
    "MEAN, 28, 1, 7, 12, 60x5",
    "MEAN, 8, 4, 8, 16, 32x3",
  })
  void anotherRuntimeComputesTheSameAtEveryBatchSize(
      Vit.Pooling pooling, int image, int channels, int patch, int headSize, String size)
      throws OrtException {
    assertSameLogits(vit(image, channels, patch, headSize, pooling), size);
  }

  @ParameterizedTest
  @CsvSource({
    "CIFAR, BASIC, 3, 1, 16, 3, 8x1-2-1",
    "CIFAR, BOTTLENECK, 2, 1, 9, 1, 4x2-3",
    "IMAGENET, BASIC, 4, 1, 40, 3, 8x2-2-2-2",
    "IMAGENET, BOTTLENECK, 4, 2, 37, 3, 8x1-2-1-1",
  })
  void anotherRuntimeComputesTheSameResidualNetwork(
      ResNet.Stem stem,
      ResNet.Block block,
      int stages,
      int widening,
      int image,
      int channels,
      String size)
      throws OrtException {
    ConvCut cut = new ConvCut(4, 1, 1, 1, ConvCut.Sharing.STAGE);
    assertSameLogits(new ResNet(image, channels, 7, stem, block, stages, widening, cut), size);
  }

  @ParameterizedTest
  @CsvSource({"4, 4, 35, 3, 8x1-2-1-1", "2, 3, 17, 3, 4x2-1-3", "1, 2, 9, 1, 12x1-2"})
  void anotherRuntimeComputesTheSameConvNext(
      int patch, int stages, int image, int channels, String size) throws OrtException {
    ConvCut cut = new ConvCut(4, 1, 1, 1, ConvCut.Sharing.STAGE);
    assertSameLogits(new ConvNext(image, channels, 7, patch, stages, cut), size);
  }

  @Test
  void refusesBatchNormsThatHaveMeasuredNothing() {
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        SizedModel model =
            SizedModel.random(ResNet.small(8, 3, 2), Size.parse("16x1-1-1"), manager, SEED)) {
      assertThatThrownBy(() -> OnnxExport.write(model, Map.of(), folder.resolve("model.onnx")))
          .isInstanceOf(WeitException.class)
          .hasMessageContainingAll("statistics", "calibrate");
    }
  }

  private void assertSameLogits(Family family, String size) throws OrtException {
    Path file = folder.resolve("model.onnx");
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        SizedModel model = RandomModel.of(family, Size.parse(size), manager, SEED)) {
      OnnxExport.write(model, Map.of(), file);
      for (OrtSession.SessionOptions.OptLevel level :
          List.of(
              OrtSession.SessionOptions.OptLevel.NO_OPT,
              OrtSession.SessionOptions.OptLevel.ALL_OPT)) {
        for (int batch : new int[] {1, 2, 5}) {
          NDArray images = RandomModel.images(family, batch, manager, SEED);
          float[] expected = model.logits(images).toFloatArray();
          assertClose(run(file, images, level), expected, 1e-5);
        }
      }
    }
  }

  /** Where the variance is as small as the constant that keeps it from 0, its value shows. */
  @ParameterizedTest
  @EnumSource(Vit.Pooling.class)
  void normalisesSmallFeaturesAlike(Vit.Pooling pooling) throws OrtException {
    Vit vit = vit(8, 3, 4, 8, pooling);
    Path file = folder.resolve("model.onnx");
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        SizedModel model = RandomModel.of(vit, new Size(24, 2), manager, SEED)) {
      NDArray small = Ops.scalar(manager, 1e-3);
      Map<String, NDArray> weights = new LinkedHashMap<>(model.weights().asMap());
      weights.replaceAll(
          (name, x) -> name.matches(".*(embed|token|attn.proj|fc2).*") ? x.mul(small) : x);
      SizedModel quiet = new SizedModel(vit, model.size(), NamedArrays.of(weights));
      OnnxExport.write(quiet, Map.of(), file);
      NDArray images = RandomModel.images(vit, 2, manager, SEED);
      assertClose(
          run(file, images, OrtSession.SessionOptions.OptLevel.NO_OPT),
          quiet.logits(images).toFloatArray(),
          1e-5);
    }
  }

  @Test
  void weightsKeepTheirPathsShapesAndValues() throws IOException {
    Path file = folder.resolve("model.onnx");
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        SizedModel model = small(manager)) {
      OnnxExport.write(model, Map.of(), file);
      ModelProto read = ModelProto.parseFrom(Files.readAllBytes(file));
      List<String> found = new ArrayList<>();
      for (TensorProto tensor : read.getGraph().getInitializerList()) {
        if (model.weights().contains(tensor.getName())) {
          NDArray weight = model.weights().get(tensor.getName());
          assertThat(tensor.getDimsList()).containsExactlyElementsOf(lengths(weight.getShape()));
          assertThat(tensor.getRawData().toByteArray()).isEqualTo(weight.toByteArray());
          found.add(tensor.getName());
        }
      }
      assertThat(found).containsExactlyInAnyOrderElementsOf(model.weights().names());
    }
  }

  @Test
  void saysWhatItIsAndHowImagesAreNormalised() throws OrtException {
    Path file = folder.resolve("model.onnx");
    Map<String, String> provenance =
        Map.of(ImageFacts.CLASSES, "cat\ndog", ImageFacts.NORMALISATION, "mean=0.5;deviation=0.25");
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        SizedModel model = small(manager)) {
      OnnxExport.write(model, provenance, file);
    }
    try (OrtSession session = session(file, OrtSession.SessionOptions.OptLevel.BASIC_OPT)) {
      assertThat(session.getMetadata().getProducerName()).isEqualTo("weit");
      assertThat(session.getMetadata().getCustomMetadata())
          .containsEntry("weit.family", "vit")
          .containsEntry("weit.size", "24x2")
          .containsEntry("data.classes", "cat\ndog")
          .containsEntry("data.normalisation", "mean=0.5;deviation=0.25")
          .hasEntrySatisfying(
              "weit.options", options -> assertThat(options.lines()).contains("patch=4"));
      assertThat(shape(session.getInputInfo().get("image").getInfo())).containsExactly(-1, 3, 8, 8);
      assertThat(shape(session.getOutputInfo().get("logits").getInfo())).containsExactly(-1, 7);
    }
  }

  @Test
  void oneModelGivesOneFile() throws IOException {
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        SizedModel model = small(manager)) {
      OnnxExport.write(model, Map.of(), folder.resolve("a.onnx"));
      OnnxExport.write(model, Map.of(), folder.resolve("b.onnx"));
    }
    assertThat(Files.mismatch(folder.resolve("a.onnx"), folder.resolve("b.onnx"))).isEqualTo(-1);
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void refusesWeightsOfAnotherTypeAndLeavesTheOldFile() throws IOException {
    Path file = Files.writeString(folder.resolve("model.onnx"), "old");
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        SizedModel model = small(manager)) {
      Map<String, NDArray> changed = new LinkedHashMap<>(model.weights().asMap());
      changed.computeIfPresent("head.bias", (name, x) -> x.toType(DataType.FLOAT64, true));
      SizedModel mixed = new SizedModel(model.family(), model.size(), NamedArrays.of(changed));
      assertThatThrownBy(() -> OnnxExport.write(mixed, Map.of(), file))
          .isInstanceOf(WeitException.class)
          .hasMessageContainingAll("head.bias", "FLOAT32", "float64");
    }
    assertThat(file).hasContent("old");
  }

  @Test
  void refusesWeightsThatTheGraphDoesNotUse() {
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        SizedModel model = small(manager)) {
      Map<String, NDArray> more = new LinkedHashMap<>(model.weights().asMap());
      more.put("blocks.0.ls1.gamma", manager.ones(new Shape(24)));
      OnnxGraph graph = new OnnxGraph("more", NamedArrays.of(more));
      Family family = model.family();
      OnnxGraph.Value images = graph.input("images", family.inputShape().getShape());
      OnnxGraph.Value logits = FamilyGraph.of(family).logits(graph, model.size(), images);
      graph.output("logits", logits, family.classes());
      assertThatThrownBy(graph::build)
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("blocks.0.ls1.gamma");
    }
  }

  @Test
  void refusesWhatOneFileCannotHold() {
    Path file = folder.resolve("huge.onnx");
    OnnxExport.requireFits(file, 2_000_000_000L);
    assertThatThrownBy(() -> OnnxExport.requireFits(file, 1L << 31))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("huge.onnx", "2147483648", "safetensors");
  }

  private static SizedModel small(NDManager manager) {
    return RandomModel.of(vit(8, 3, 4, 8, Vit.Pooling.CLASS_TOKEN), new Size(24, 2), manager, SEED);
  }

  private static List<Long> lengths(Shape shape) {
    return Arrays.stream(shape.getShape()).boxed().toList();
  }

  private static long[] shape(ValueInfo info) {
    return ((TensorInfo) info).getShape();
  }

  private static OrtSession session(Path file, OrtSession.SessionOptions.OptLevel level)
      throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setOptimizationLevel(level);
      return OrtEnvironment.getEnvironment().createSession(file.toString(), options);
    }
  }

  private static float[] run(Path file, NDArray images, OrtSession.SessionOptions.OptLevel level)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = session(file, level);
        OnnxTensor input =
            OnnxTensor.createTensor(
                environment,
                FloatBuffer.wrap(images.toFloatArray()),
                images.getShape().getShape());
        OrtSession.Result result = session.run(Map.of(OnnxExport.INPUT, input))) {
      FloatBuffer logits =
          ((OnnxTensor) result.get(OnnxExport.OUTPUT).orElseThrow()).getFloatBuffer();
      float[] values = new float[logits.remaining()];
      logits.get(values);
      return values;
    }
  }

  /** Relative to the largest entry. */
  private static void assertClose(float[] found, float[] expected, double tolerance) {
    assertThat(found).hasSameSizeAs(expected);
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) found[i] / largest).isCloseTo(expected[i] / largest, within(tolerance));
    }
  }
}
