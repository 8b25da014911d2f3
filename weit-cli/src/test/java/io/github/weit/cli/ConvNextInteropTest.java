package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.core.files.SafeTensorsReader;
import io.github.weit.core.files.SafeTensorsWriter;
import io.github.weit.core.files.TensorData;
import io.github.weit.models.SizedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ConvNeXts to and from timm; checkpoints are those of golden tests. */
class ConvNextInteropTest {

  private static final Path GOLDEN = Path.of("../weit-models/src/test/resources/golden");

  @TempDir Path own;

  @Test
  void aCheckpointOfTimmIsImportedAndExportedAgain() throws IOException {
    Path weights = take("convnext", "--image-size 35 --stages 4 --patch 4 --size 4x1-2-1-1");
    Path folder = own.resolve("timm");
    Command export = Command.run("export", weights, "--format", "timm", "--out", folder);
    assertThat(export).extracting(Command::code, Command::err).containsExactly(0, "");
    try (SafeTensorsReader theirs = SafeTensorsReader.open(folder.resolve("model.safetensors"));
        SafeTensorsReader before = SafeTensorsReader.open(own.resolve("checkpoint.safetensors"))) {
      assertThat(theirs.tensors().keySet()).isEqualTo(before.tensors().keySet());
      for (String name : theirs.tensors().keySet()) {
        assertThat(theirs.read(name)).as(name).isEqualTo(before.read(name));
      }
    }
    JsonNode config = new ObjectMapper().readTree(folder.resolve("config.json").toFile());
    assertThat(config.get("model_args").toString())
        .isEqualTo("{\"in_chans\":3,\"patch_size\":4,\"depths\":[1,2,1,1],\"dims\":[4,8,16,32]}");
    assertThat(config.get("num_features").intValue()).isEqualTo(32);
    assertThat(config.get("pretrained_cfg").get("first_conv").textValue()).isEqualTo("stem.0");
    Path back = own.resolve("back.safetensors");
    Command again = Command.run("import", folder, "--template-width", 4, "--out", back);
    assertThat(again).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(Artefact.inspect(back).model()).isEqualTo(Artefact.inspect(weights).model());
  }

  @Test
  void timmHasNoneOfThreeStages() {
    Path weights = take("convnext-halved", "--image-size 17 --stages 3 --patch 2 --size 4x2-1-3");
    Command export =
        Command.run("export", weights, "--format", "timm", "--out", own.resolve("timm"));
    assertThat(export.code()).isEqualTo(1);
    assertThat(export.complaint()).contains("four stages only", "3 stages");
    Command torchvision =
        Command.run("export", weights, "--format", "torchvision", "--out", own.resolve("t"));
    assertThat(torchvision.complaint()).contains("'convnext'", "residual networks do");
  }

  /** Imports a golden file and compares the logits that it holds. */
  private Path take(String golden, String options) {
    Path file = own.resolve("checkpoint.safetensors");
    Path weights = own.resolve("weights.safetensors");
    List<Object> command = new ArrayList<>(List.of("import", file, "--out", weights));
    command.addAll(List.of("--family", "convnext", "--classes", 5, "--template-width", 4));
    command.addAll(List.of("--mean", 0.5, "--deviation", 0.25));
    command.addAll(List.of((Object[]) options.split(" ")));
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        SafeTensorsReader reader =
            SafeTensorsReader.open(GOLDEN.resolve(golden + ".safetensors"))) {
      List<TensorData> tensors = new ArrayList<>();
      for (String stored : reader.tensors().keySet()) {
        if (stored.startsWith("weights/")) {
          String name = stored.substring("weights/".length());
          tensors.add(TensorData.of(name, reader.array(manager, stored)));
        }
      }
      SafeTensorsWriter.write(file, Map.of("format", "pt"), tensors);
      Command taken = Command.run(command.toArray());
      assertThat(taken).extracting(Command::code, Command::err).containsExactly(0, "");
      NDArray expected = reader.array(manager, "logits");
      NDArray found = SizedModel.load(weights, manager).logits(reader.array(manager, "input"));
      float largest = expected.abs().max().getFloat();
      assertThat(found.sub(expected).abs().max().getFloat() / largest).isLessThan(1e-5f);
    }
    return weights;
  }
}
