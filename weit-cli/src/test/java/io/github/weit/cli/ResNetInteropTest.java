package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.weit.core.Seed;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.core.files.DType;
import io.github.weit.core.files.SafeTensorsReader;
import io.github.weit.core.files.SafeTensorsWriter;
import io.github.weit.core.files.TensorData;
import io.github.weit.core.files.TensorInfo;
import io.github.weit.models.ConvCut;
import io.github.weit.models.ResNet;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Residual networks to and from torchvision and timm; checkpoints are those of golden tests. */
class ResNetInteropTest {

  private static final Path GOLDEN = Path.of("../weit-models/src/test/resources/golden");
  private static final String COUNTER = ".num_batches_tracked";

  @TempDir Path own;
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = WeitEngine.newManager(Device.cpu());
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @CsvSource({
    "resnet-basic, 4x2-1-2, --image-size 16",
    "resnet-bottleneck, 4x1-2-1-1, --image-size 32 --stem imagenet --block bottleneck",
    "resnet-wide, 4x1-1-1-1, --image-size 32 --stem imagenet --block bottleneck --widening 2",
  })
  void aCheckpointOfTorchvisionIsImportedAndExportedAgain(String golden, String size, String more) {
    Path file = checkpoint(golden, name -> true);
    Path weights = own.resolve("weights.safetensors");
    Command taken = take(file, weights, ("--classes 5 --size " + size + " " + more).split(" "));
    assertThat(taken).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(taken.out())
        .containsPattern("fresh +0\n")
        .containsPattern("left over +0\n")
        .containsPattern("ignored +\\d+: .*bn1" + COUNTER);
    try (SafeTensorsReader reader = open(golden);
        SizedModel model = SizedModel.load(weights, manager)) {
      NDArray expected = reader.array(manager, "logits");
      NDArray found = model.logits(reader.array(manager, "input"));
      double largest = expected.abs().max().getFloat();
      assertThat(found.sub(expected).abs().max().getFloat() / largest).isLessThan(1e-5f);
    }
    Path folder = own.resolve("torchvision");
    Command export =
        Command.run("export", weights, "--format", "torchvision", "--out", folder.toString());
    assertThat(export).extracting(Command::code, Command::err).containsExactly(0, "");
    try (SafeTensorsReader theirs = SafeTensorsReader.open(folder.resolve("model.safetensors"));
        SafeTensorsReader before = SafeTensorsReader.open(file)) {
      assertThat(shapes(theirs)).isEqualTo(shapes(before));
      for (String name : theirs.tensors().keySet()) {
        assertThat(theirs.read(name)).as(name).isEqualTo(before.read(name));
      }
    }
    Path back = own.resolve("back.safetensors");
    Command again = Command.run("import", folder, "--template-width", 4, "--out", back);
    assertThat(again).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(Artefact.inspect(back).model()).isEqualTo(Artefact.inspect(weights).model());
    assertThat(Artefact.inspect(back).provenance().get("data.normalisation"))
        .isEqualTo("mean=0.4,0.5,0.6;deviation=0.25,0.25,0.25");
  }

  @Test
  void theConfigurationSaysWhatTorchvisionsNetworkConsistsOf() throws IOException {
    Path weights = own.resolve("weights.safetensors");
    take(
        checkpoint("resnet-wide", name -> true),
        weights,
        "--classes 5 --size 4x1-1-1-1 --image-size 32 --stem imagenet --block bottleneck --widening 2"
            .split(" "));
    Path folder = own.resolve("torchvision");
    Command.run("export", weights, "--format", "torchvision", "--out", folder);
    JsonNode config = json(folder);
    assertThat(config.get("arguments").toString())
        .isEqualTo(
            "{\"block\":\"bottleneck\",\"layers\":[1,1,1,1],\"width\":4,\"stem\":\"imagenet\","
                + "\"widening\":2,\"channels\":3,\"num_classes\":5}");
    assertThat(config.get("input_size").toString()).isEqualTo("[3,32,32]");
    assertThat(config.get("mean").get(1).doubleValue()).isCloseTo(0.5, within(1e-12));
    assertThat(config.get("class_names").size()).isEqualTo(5);
  }

  @Test
  void timmGetsAConfigurationWhereItHasTheNetwork() throws IOException {
    Path weights = own.resolve("weights.safetensors");
    ResNet net =
        new ResNet(
            32,
            3,
            2,
            ResNet.Stem.IMAGENET,
            ResNet.Block.BOTTLENECK,
            4,
            2,
            new ConvCut(64, 1, 1, 1, ConvCut.Sharing.STAGE));
    save(net, Size.parse("64x1-1-1-1"), weights);
    Path folder = own.resolve("timm");
    Command export = Command.run("export", weights, "--format", "timm", "--out", folder);
    assertThat(export).extracting(Command::code, Command::err).containsExactly(0, "");
    JsonNode config = json(folder);
    assertThat(config.get("architecture").textValue()).isEqualTo("resnet50");
    assertThat(config.get("model_args").toString())
        .isEqualTo("{\"layers\":[1,1,1,1],\"in_chans\":3,\"base_width\":128}");
    assertThat(config.get("num_features").intValue()).isEqualTo(2048);
    assertThat(config.get("pretrained_cfg").get("classifier").textValue()).isEqualTo("fc");
    try (SafeTensorsReader theirs = SafeTensorsReader.open(folder.resolve("model.safetensors"))) {
      TensorInfo counter = theirs.tensors().get("layer1.0.downsample.1" + COUNTER);
      assertThat(counter.dtype()).isEqualTo(DType.I64);
      assertThat(counter.shape()).isEmpty();
    }
  }

  @Test
  void timmHasNoOtherWidths() {
    Path weights = own.resolve("weights.safetensors");
    ResNet net = ResNet.small(8, 3, 2).withCut(new ConvCut(8, 1, 1, 1, ConvCut.Sharing.STAGE));
    save(net, Size.parse("8x1-1-1"), weights);
    Path folder = own.resolve("timm");
    Command export = Command.run("export", weights, "--format", "timm", "--out", folder);
    assertThat(export.code()).isEqualTo(1);
    assertThat(export.complaint())
        .contains("imagenet stem", "width 64", "8x1-1-1", "--format torchvision");
    assertThat(folder.resolve("model.safetensors")).doesNotExist();
  }

  @Test
  void aModelWhoseStatisticsWereNotMeasuredIsNotExported() {
    Path weights = own.resolve("weights.safetensors");
    Command partial =
        take(
            checkpoint("resnet-basic", name -> !name.equals("layer2.0.bn2.running_var")),
            weights,
            "--classes 5 --size 4x2-1-2 --image-size 16 --partial".split(" "));
    assertThat(partial.out()).contains("layer2.0.bn2.running_var", "weit train measures them");
    Command export =
        Command.run("export", weights, "--format", "torchvision", "--out", own.resolve("t"));
    assertThat(export.code()).isEqualTo(1);
    assertThat(export.complaint()).contains("running statistics", "calibrate or train");
  }

  @Test
  void theHeadStartsFreshForOtherClasses() {
    Path file = checkpoint("resnet-basic", name -> true);
    Path out = own.resolve("nine.safetensors");
    String[] nine = "--classes 9 --size 4x2-1-2 --image-size 16".split(" ");
    assertThat(take(file, out, nine).complaint())
        .contains("fc.weight: expected (9, 16), found (5, 16)", "fc.bias", "--partial");
    assertThat(out).doesNotExist();
    List<String> partial = new ArrayList<>(List.of(nine));
    partial.add("--partial");
    Command taken = take(file, out, partial.toArray(String[]::new));
    assertThat(taken.out()).contains("2: fc.weight, fc.bias");
    assertThat(Artefact.inspect(out).provenance()).containsEntry("fresh", "fc.weight fc.bias");
  }

  @Test
  void anotherNetworkThanTheFilesIsRefused() {
    Path file = checkpoint("resnet-basic", name -> true);
    Path out = own.resolve("out.safetensors");
    assertThat(take(file, out, "--classes 5 --size 4x2-2-2 --image-size 16".split(" ")).complaint())
        .contains("missing (layer2.1.conv1.weight (8, 8, 3, 3)");
    assertThat(
            take(
                    file,
                    out,
                    "--classes 5 --size 4x2-1-2-1 --image-size 16 --stem imagenet".split(" "))
                .complaint())
        .contains("conv1.weight: expected (4, 3, 7, 7), found (4, 3, 3, 3)", "missing (layer4");
    assertThat(take(file, out, "--classes 5 --size 4x2 --image-size 16".split(" ")).complaint())
        .contains("a size has 3 depths, found 4x2");
  }

  private Command take(Path file, Path out, String... more) {
    List<Object> all = new ArrayList<>(List.of("import", file, "--out", out));
    all.addAll(List.of("--family", "resnet", "--template-width", 4));
    all.addAll(List.of("--mean", "0.4,0.5,0.6", "--deviation", "0.25"));
    all.addAll(List.of(more));
    return Command.run(all.toArray());
  }

  /** A checkpoint as torchvision saves it, of those tensors whose names are wanted. */
  private Path checkpoint(String golden, Predicate<String> wanted) {
    List<TensorData> tensors = new ArrayList<>();
    try (SafeTensorsReader reader = open(golden)) {
      for (String stored : reader.tensors().keySet()) {
        String name = stored.replace("weights/", "");
        if (stored.startsWith("weights/") && wanted.test(name)) {
          tensors.add(TensorData.of(name, reader.array(manager, stored)));
        }
        if (name.endsWith(".running_mean")) {
          String counter = name.replace(".running_mean", COUNTER);
          tensors.add(
              new TensorData(counter, DType.I64, List.of(), ByteBuffer.allocate(Long.BYTES)));
        }
      }
      Path file = own.resolve("checkpoint.safetensors");
      SafeTensorsWriter.write(file, Map.of("format", "pt"), tensors);
      return file;
    }
  }

  private void save(ResNet net, Size size, Path file) {
    SizedModel random = SizedModel.random(net, size, manager, new Seed(3));
    random.calibrate(List.of(manager.ones(net.inputShape(2)))).artefact(Map.of()).save(file);
  }

  private static SafeTensorsReader open(String golden) {
    return SafeTensorsReader.open(GOLDEN.resolve(golden + ".safetensors"));
  }

  private static Set<String> shapes(SafeTensorsReader reader) {
    return reader.tensors().entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue().dtype() + " " + e.getValue().shape())
        .collect(Collectors.toSet());
  }

  private static JsonNode json(Path folder) throws IOException {
    return new ObjectMapper().readTree(folder.resolve("config.json").toFile());
  }
}
