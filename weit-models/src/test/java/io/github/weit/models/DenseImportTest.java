package io.github.weit.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.NamedArrays;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.core.files.DType;
import io.github.weit.core.files.SafeTensorsWriter;
import io.github.weit.core.files.TensorData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files under timm's names: its own weights, and what can be wrong with such a file. */
class DenseImportTest {

  private static final Size SIZE = new Size(24, 2);
  private static final Seed SEED = new Seed(5);

  @TempDir private Path folder;
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = WeitEngine.newManager(Device.cpu());
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static Vit vit(int classes) {
    return new Vit(16, 3, 4, classes, 8, 4, Vit.Pooling.CLASS_TOKEN, new TemplateCut(8, 2, 2, 2));
  }

  @Test
  void takesAWholeModelOfTimm() {
    NamedArrays golden = golden();
    Path file = save(golden.under("weights/").asMap());
    try (DenseImport found = read(file, vit(5), DenseImport.Mode.STRICT)) {
      assertThat(found.taken()).hasSameSizeAs(golden.under("weights/").names());
      assertThat(found.fresh()).isEmpty();
      assertThat(found.leftOver()).isEmpty();
      NDArray logits = found.model().logits(golden.get("input"));
      Values.assertClose(Values.toDoubles(logits), Values.toDoubles(golden.get("logits")), 1e-5);
    }
  }

  @Test
  void convertsOtherTypesOfNumbers() {
    NamedArrays golden = golden();
    for (DataType type : List.of(DataType.FLOAT64, DataType.FLOAT16)) {
      Map<String, NDArray> weights = new LinkedHashMap<>();
      golden.under("weights/").forEach((name, x) -> weights.put(name, x.toType(type, false)));
      try (DenseImport found = read(save(weights), vit(5), DenseImport.Mode.STRICT)) {
        NDArray gain = found.model().weights().get("norm.weight");
        assertThat(gain.getDataType()).isEqualTo(DataType.FLOAT32);
        assertThat(gain.toFloatArray())
            .isEqualTo(weights.get("norm.weight").toType(DataType.FLOAT32, false).toFloatArray());
      }
    }
  }

  /** timm's smaller ConvNeXts have 1x1 convolutions where others have matrices. */
  @Test
  void takesConvolutionsOfSinglePixelsAsMatrices() {
    NamedArrays golden = golden();
    Map<String, NDArray> weights = new LinkedHashMap<>(golden.under("weights/").asMap());
    weights.computeIfPresent("blocks.0.mlp.fc1.weight", (name, x) -> x.expandDims(2).expandDims(3));
    try (DenseImport found = read(save(weights), vit(5), DenseImport.Mode.STRICT)) {
      NDArray logits = found.model().logits(golden.get("input"));
      Values.assertClose(Values.toDoubles(logits), Values.toDoubles(golden.get("logits")), 1e-5);
    }
    weights.computeIfPresent(
        "blocks.0.mlp.fc1.weight", (name, x) -> x.reshape(x.size(0), x.size(1) / 2, 2, 1));
    refused(
        save(weights), vit(5), "blocks.0.mlp.fc1.weight: expected (96, 24), found (96, 12, 2, 1)");
    weights.putAll(golden.under("weights/").asMap());
    weights.computeIfPresent("norm.bias", (name, x) -> x.reshape(-1, 1, 1));
    refused(save(weights), vit(5), "norm.bias: expected (24), found (24, 1, 1)");
  }

  @Test
  void takesNumbersOfHalfTheBits() {
    NamedArrays weights = golden().under("weights/");
    List<TensorData> tensors = new ArrayList<>();
    weights.forEach((name, x) -> tensors.add(upperBits(name, x)));
    Path file = folder.resolve("bf16.safetensors");
    SafeTensorsWriter.write(file, Map.of(), tensors);
    try (DenseImport found = read(file, vit(5), DenseImport.Mode.STRICT)) {
      NDArray gain = found.model().weights().get("norm.weight");
      assertThat(gain.getDataType()).isEqualTo(DataType.FLOAT32);
      float[] expected = weights.get("norm.weight").toFloatArray();
      for (int i = 0; i < expected.length; i++) {
        expected[i] = Float.intBitsToFloat(Float.floatToRawIntBits(expected[i]) & 0xffff0000);
      }
      assertThat(gain.toFloatArray()).isEqualTo(expected);
    }
  }

  private static TensorData upperBits(String name, NDArray array) {
    float[] values = array.toFloatArray();
    ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
    }
    List<Long> shape = Arrays.stream(array.getShape().getShape()).boxed().toList();
    return new TensorData(name, DType.BF16, shape, bytes.flip());
  }

  @Test
  void otherClassesAreAnErrorUnlessWhatFitsIsEnough() {
    NamedArrays weights = golden().under("weights/");
    Path file = save(weights.asMap());
    refused(
        file,
        vit(9),
        "2 of another shape",
        "head.weight: expected (9, 24), found (5, 24)",
        "head.bias",
        "DenseImport.Mode.PARTIAL");
    try (DenseImport found = read(file, vit(9), DenseImport.Mode.PARTIAL);
        SizedModel random = SizedModel.random(vit(9), SIZE, manager, SEED)) {
      assertThat(found.fresh()).containsExactly("head.weight", "head.bias");
      assertThat(found.leftOver()).containsExactlyInAnyOrder("head.weight", "head.bias");
      assertThat(found.taken()).hasSize(weights.size() - 2);
      assertSame(found, random, "head.weight");
      assertThat(found.model().weights().get("pos_embed").toFloatArray())
          .isEqualTo(weights.get("pos_embed").toFloatArray());
    }
  }

  @Test
  void missingAndLeftOverTensorsAreErrorsUnlessWhatFitsIsEnough() {
    Map<String, NDArray> weights = new LinkedHashMap<>(golden().under("weights/").asMap());
    weights.remove("blocks.1.attn.qkv.bias");
    weights.put("blocks.1.ls1.gamma", manager.ones(weights.get("norm.bias").getShape()));
    Path file = save(weights);
    refused(
        file,
        vit(5),
        "1 missing (blocks.1.attn.qkv.bias (72))",
        "1 left over (blocks.1.ls1.gamma)",
        "24x2");
    try (DenseImport found = read(file, vit(5), DenseImport.Mode.PARTIAL)) {
      assertThat(found.fresh()).containsExactly("blocks.1.attn.qkv.bias");
      assertThat(found.leftOver()).containsExactly("blocks.1.ls1.gamma");
    }
  }

  @Test
  void namesTheFirstFewOfManyDifferences() {
    Path file = save(golden().under("weights/").asMap());
    assertThatThrownBy(
            () ->
                DenseImport.read(
                    file, vit(5), new Size(24, 3), DenseImport.Mode.STRICT, manager, SEED))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("12 missing (blocks.2.norm1.weight (24)", ", ...)");
  }

  @Test
  void aFileOfSomethingElseIsAnErrorInBothModes() {
    Path file = save(Map.of("conv1.weight", manager.ones(new Shape(2, 2))));
    for (DenseImport.Mode mode : DenseImport.Mode.values()) {
      assertThatThrownBy(() -> read(file, vit(5), mode))
          .isInstanceOf(WeitException.class)
          .hasMessageContainingAll("missing", "1 left over (conv1.weight)")
          .hasMessageNotContaining("DenseImport.Mode.PARTIAL");
    }
  }

  @Test
  void takesAWholeModelOfTorchvisionWithItsRunningStatistics() {
    NamedArrays golden = Golden.read(manager, "resnet-basic");
    Map<String, NDArray> weights = new LinkedHashMap<>(golden.under("weights/").asMap());
    weights.put("bn1.num_batches_tracked", manager.create(7L)); // no forward pass reads it
    try (DenseImport found = readResNet(save(weights), DenseImport.Mode.STRICT)) {
      assertThat(found.leftOver()).isEmpty();
      assertThat(found.ignored()).containsExactly("bn1.num_batches_tracked");
      assertThat(found.model().needsCalibration()).isFalse();
      NDArray logits = found.model().logits(golden.get("input"));
      Values.assertClose(Values.toDoubles(logits), Values.toDoubles(golden.get("logits")), 1e-5);
    }
  }

  @Test
  void aRunningStatisticThatIsMissingLeavesAModelWithoutAny() {
    NamedArrays golden = Golden.read(manager, "resnet-basic");
    Map<String, NDArray> weights = new LinkedHashMap<>(golden.under("weights/").asMap());
    weights.remove("bn1.running_var");
    Path file = save(weights);
    assertThatThrownBy(() -> readResNet(file, DenseImport.Mode.STRICT))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("1 missing (bn1.running_var (4))");
    try (DenseImport found = readResNet(file, DenseImport.Mode.PARTIAL)) {
      assertThat(found.fresh())
          .contains("bn1.running_var", "layer1.0.bn1.running_mean")
          .allMatch(name -> name.contains("running"));
      assertThat(found.model().needsCalibration()).isTrue();
    }
  }

  @Test
  void weightsThatAreNoFractionsAreRefused() {
    Map<String, NDArray> weights = new LinkedHashMap<>(golden().under("weights/").asMap());
    weights.computeIfPresent("norm.bias", (name, x) -> x.toType(DataType.INT64, false));
    refused(save(weights), vit(5), "norm.bias: I64", "F32");
  }

  private void refused(Path file, Vit vit, String... parts) {
    assertThatThrownBy(() -> read(file, vit, DenseImport.Mode.STRICT))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll(parts)
        .hasMessageContaining(file.toString());
  }

  private static void assertSame(DenseImport found, SizedModel other, String name) {
    assertThat(found.model().weights().get(name).toFloatArray())
        .isEqualTo(other.weights().get(name).toFloatArray());
  }

  private DenseImport read(Path file, Vit vit, DenseImport.Mode mode) {
    return DenseImport.read(file, vit, SIZE, mode, manager, SEED);
  }

  private Path save(Map<String, NDArray> arrays) {
    List<TensorData> tensors = new ArrayList<>();
    arrays.forEach((name, array) -> tensors.add(TensorData.of(name, array)));
    Path file = folder.resolve("checkpoint.safetensors");
    SafeTensorsWriter.write(file, Map.of("format", "pt"), tensors);
    return file;
  }

  private DenseImport readResNet(Path file, DenseImport.Mode mode) {
    ResNet net = ResNet.small(16, 3, 5).withCut(new ConvCut(4, 2, 2, 2, ConvCut.Sharing.STAGE));
    return DenseImport.read(file, net, Size.parse("4x2-1-2"), mode, manager, SEED);
  }

  private NamedArrays golden() {
    return Golden.read(manager, "vit-class-token");
  }

  @Test
  void runningStatisticsOfOtherWeightsAreNotTaken() {
    NamedArrays golden = Golden.read(manager, "resnet-basic");
    Map<String, NDArray> weights = new LinkedHashMap<>(golden.under("weights/").asMap());
    weights.remove("conv1.weight");
    int before = manager.getManagedArrays().size();
    try (DenseImport found = readResNet(save(weights), DenseImport.Mode.PARTIAL)) {
      assertThat(found.model().needsCalibration()).isTrue();
      assertThat(found.fresh()).contains("conv1.weight", "bn1.running_mean", "bn1.running_var");
      assertThat(found.leftOver()).contains("bn1.running_mean", "bn1.running_var");
      assertThat(found.taken()).contains("bn1.weight").noneMatch(name -> name.contains("running"));
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void runningStatisticsBelowAFreshHeadAreTaken() {
    NamedArrays golden = Golden.read(manager, "resnet-basic");
    Map<String, NDArray> weights = new LinkedHashMap<>(golden.under("weights/").asMap());
    weights.remove("fc.weight");
    weights.remove("fc.bias");
    try (DenseImport found = readResNet(save(weights), DenseImport.Mode.PARTIAL)) {
      assertThat(found.fresh()).containsExactlyInAnyOrder("fc.weight", "fc.bias");
      assertThat(found.model().needsCalibration()).isFalse();
    }
  }
}
