package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import ai.onnx.proto.OnnxMl.ModelProto;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.weit.core.Seed;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.core.files.SafeTensorsReader;
import io.github.weit.models.FamilyBlock;
import io.github.weit.models.SizedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InteropTest {

  @TempDir static Path shared;
  @TempDir Path own;

  private static Fixture fixture;

  @BeforeAll
  static void pretrain() {
    fixture = Fixture.make(shared);
  }

  @Test
  void timmGetsItsNamesAndAConfiguration() throws IOException {
    Path folder = own.resolve("timm");
    export("timm", folder);
    try (SafeTensorsReader theirs = SafeTensorsReader.open(folder.resolve("model.safetensors"));
        SafeTensorsReader ours = SafeTensorsReader.open(fixture.weights())) {
      assertThat(theirs.tensors()).isEqualTo(ours.tensors()).containsKey("blocks.0.attn.qkv.bias");
      assertThat(theirs.metadata()).containsOnlyKeys("format");
    }
    JsonNode config = new ObjectMapper().readTree(folder.resolve("config.json").toFile());
    assertThat(config.get("num_classes").intValue()).isEqualTo(3);
    assertThat(config.get("model_args").toString())
        .isEqualTo(
            "{\"img_size\":8,\"patch_size\":4,\"in_chans\":3,\"embed_dim\":32,\"depth\":1,"
                + "\"num_heads\":1,\"mlp_ratio\":4,\"class_token\":true,\"global_pool\":\"token\"}");
    JsonNode pretrained = config.get("pretrained_cfg");
    assertThat(pretrained.get("label_names").toString()).isEqualTo("[\"blue\",\"green\",\"red\"]");
    assertThat(pretrained.get("input_size").toString()).isEqualTo("[3,8,8]");
    assertThat(pretrained.get("crop_mode").textValue()).isEqualTo("squash");
    assertThat(pretrained.get("std").size()).isEqualTo(3);
  }

  @Test
  void djlLoadsItsOwnFormatIntoABlockOfTheFamily()
      throws IOException, MalformedModelException, TranslateException {
    Path folder = own.resolve("djl");
    export("djl", folder);
    export("djl", folder); // again: it replaces, it does not number
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        SizedModel ours = SizedModel.load(fixture.weights(), manager);
        Model model = Model.newInstance("model", Device.cpu())) {
      model.setBlock(new FamilyBlock(ours.family(), ours.size(), new Seed(0)));
      model.load(folder);
      assertThat(model.getProperty("data.classes")).isEqualTo("blue\ngreen\nred");
      assertThat(model.getProperty("weit.size")).isEqualTo("32x1");
      try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator())) {
        float[] logits =
            predictor.predict(new NDList(ExportTest.batch(manager))).get(0).toFloatArray();
        assertThat(logits).isEqualTo(ours.logits(ExportTest.batch(manager)).toFloatArray());
      }
    }
  }

  @Test
  void onnxGetsClassNamesAndNormalisation() throws IOException {
    Path file = own.resolve("model.onnx");
    export("onnx", file);
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(file));
    assertThat(model.getMetadataPropsList())
        .anyMatch(entry -> entry.getValue().equals("blue\ngreen\nred"))
        .anyMatch(entry -> entry.getValue().startsWith("mean="));
  }

  @Test
  void whatWasExportedForTimmIsImportedAgain() {
    Path folder = own.resolve("timm");
    export("timm", folder);
    Path back = own.resolve("back.safetensors");
    Command command = take(folder.resolve("model.safetensors"), back, "--classes", 3);
    assertThat(command).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(command.out()).containsPattern("taken +20\n").containsPattern("fresh +0\n");
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        SizedModel ours = SizedModel.load(fixture.weights(), manager);
        SizedModel theirs = SizedModel.load(back, manager)) {
      assertThat(theirs.logits(ExportTest.batch(manager)).toFloatArray())
          .isEqualTo(ours.logits(ExportTest.batch(manager)).toFloatArray());
    }
    assertThat(Artefact.inspect(back).provenance())
        .containsEntry("data.classes", "0\n1\n2")
        .containsEntry("data.normalisation", "mean=0.5,0.5,0.5;deviation=0.25,0.25,0.25")
        .containsKey("parent.sha256");
  }

  @Test
  void importForOtherClassesNeedsToBeAskedFor() throws IOException {
    Path out = own.resolve("four.safetensors");
    Command strict = take(fixture.weights(), out, "--classes", 4);
    assertThat(strict.code()).isEqualTo(1);
    assertThat(strict.complaint())
        .contains(
            "2 of another shape", "head.weight: expected (4, 32), found (3, 32)", "--partial");
    assertThat(out).doesNotExist();
    Path names = Files.writeString(own.resolve("names"), "a\nb\nc\nd\n");
    Command partial =
        take(fixture.weights(), out, "--classes", 4, "--partial", "--class-names", names);
    assertThat(partial.out()).contains("fresh", "2: head.weight, head.bias");
    assertThat(Artefact.inspect(out).provenance())
        .containsEntry("data.classes", "a\nb\nc\nd")
        .containsEntry("fresh", "head.weight head.bias");
  }

  @Test
  void importSaysWhatIsWrongWithItsOptions() {
    Path out = own.resolve("out.safetensors");
    assertThat(take(fixture.weights(), out, "--classes", 3, "--mean", "0.5,0.5").complaint())
        .contains("as many means as deviations");
    assertThat(
            take(fixture.weights(), out, "--classes", 3, "--mean", "1,1", "--deviation", "1,1")
                .complaint())
        .contains("expected 1 or 3 numbers each, found 2 and 2");
    assertThat(take(own.resolve("none"), out, "--classes", 3).complaint()).contains("no such file");
    assertThat(Command.run("export", fixture.templates(), "--format", "onnx", "--out", out).err())
        .contains("expected dense weights", "found templates");
  }

  private static void export(String format, Path out) {
    Command command = Command.run("export", fixture.weights(), "--format", format, "--out", out);
    assertThat(command).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(command.out()).contains("wrote " + out, "32x1");
  }

  private static Command take(Path file, Path out, Object... more) {
    List<Object> all = new ArrayList<>(List.of("import", file, "--size", "32x1", "--out", out));
    all.addAll(List.of("--image-size", 8, "--mean", "0.5", "--deviation", "0.25"));
    for (int i = 0; i < more.length; i++) {
      int at = all.indexOf(more[i]);
      if (at >= 0 && String.valueOf(more[i]).startsWith("--")) {
        all.set(at + 1, more[++i]);
      } else {
        all.add(more[i]);
      }
    }
    return Command.run(all.toArray());
  }
}
