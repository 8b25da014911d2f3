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
import io.github.weit.core.artefact.ArtefactHeader;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.core.files.SafeTensorsReader;
import io.github.weit.core.files.SafeTensorsWriter;
import io.github.weit.core.files.TensorData;
import io.github.weit.models.FamilyBlock;
import io.github.weit.models.SizedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
  void aFolderSaysAllThatAnImportWantsToKnow() throws IOException {
    Path folder = own.resolve("timm");
    export("timm", folder);
    Path back = own.resolve("back.safetensors");
    Command command = Command.run("import", folder, "--out", back);
    assertThat(command).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(command.out()).contains("vit 8x8, 3 channels, patch 4, heads of 32");
    ArtefactHeader ours = Artefact.inspect(fixture.weights());
    ArtefactHeader theirs = Artefact.inspect(back);
    assertThat(theirs.model().size()).isEqualTo("32x1");
    for (String option : List.of("image_size", "channels", "patch", "head_size", "classes")) {
      assertThat(theirs.model().options())
          .containsEntry(option, ours.model().options().get(option));
    }
    for (String fact : List.of("data.classes", "data.normalisation")) {
      assertThat(theirs.provenance()).containsEntry(fact, ours.provenance().get(fact));
    }

    Command alone = Command.run("import", folder.resolve("model.safetensors"), "--out", back);
    assertThat(alone.complaint()).contains("features per attention head stand in no shape");
    Command unsaid =
        Command.run(
            "import", folder.resolve("model.safetensors"), "--head-size", 32, "--out", back);
    assertThat(unsaid.complaint()).contains("--mean and --deviation");
    assertThat(Command.run("import", folder, "--patch", 4, "--out", back).complaint())
        .contains("--patch: give --size too");
  }

  @Test
  void aConfigurationOfAnotherModelIsRefused() throws IOException {
    Path folder = own.resolve("timm");
    export("timm", folder);
    Path config = folder.resolve("config.json");
    String text = Files.readString(config);
    Path back = own.resolve("back.safetensors");
    Object[] command = {"import", folder, "--out", back};

    Files.writeString(config, text.replace("\"num_heads\" : 1", "\"num_heads\" : 2"));
    Object[] size = {"--size", "32x1", "--patch", 4};
    assertThat(Command.run(with(with(command, size), "--head-size", 32)).complaint())
        .contains("config.json is of a model with another num_heads", "expected 1, found 2");
    assertThat(Command.run(with(command, size)).out()).contains("heads of 16");
    Files.delete(back);
    Files.writeString(config, text.replace("\"token\"", "\"avg\""));
    assertThat(Command.run(command).complaint()).contains("another global_pool", "found avg");
    Files.writeString(config, text.replace("\"num_heads\" : 1", "\"num_heads\" : \"x\""));
    assertThat(Command.run(command).complaint())
        .contains("model_args/num_heads: expected a number of at least 1, found \"x\"");
    Files.writeString(config, text.replace("\"blue\"", "7"));
    assertThat(Command.run(command).complaint()).contains("label_names", "found 7");
    Files.writeString(config, "[");
    assertThat(Command.run(command).complaint()).contains("cannot read", "as JSON");
    Files.delete(config);
    assertThat(Command.run(command).complaint())
        .contains("features per attention head", "they must be given (--head-size)");
    assertThat(back).doesNotExist();
    Files.delete(folder.resolve("model.safetensors"));
    assertThat(Command.run(command).complaint()).contains("has no model.safetensors");
  }

  /** The fixture has one head of 32 features, which its tensors do not show. */
  @Test
  void aConfigurationAsTimmWritesItSaysWhatItsNameImplies() throws IOException {
    Path folder = own.resolve("timm");
    export("timm", folder);
    Path back = own.resolve("back.safetensors");
    Object[] command = {"import", folder, "--out", back};
    write(folder, "", "\"num_classes\": 3");
    assertThat(Command.run(command).complaint())
        .contains("its width: expected a multiple of 3, found 32");
    assertThat(Command.run(with(command, "--size", "32x1", "--patch", 4)).complaint())
        .contains("not known of 3 heads and a width of 32", "--head-size");
    Command option = Command.run(with(command, "--head-size", 32));
    assertThat(option.code()).isZero();
    assertThat(option.out()).contains("heads of 32").doesNotContain("not compared");

    write(folder, "\"num_heads\": 1, \"act_layer\": \"gelu_tanh\", \"x\": null", "");
    assertThat(Command.run(command).out())
        .contains(
            "heads of 32", "its configuration says act_layer \"gelu_tanh\": names and shapes");
    write(folder, "\"num_heads\": 1, \"img_size\": [8, 16]", "");
    assertThat(Command.run(command).complaint())
        .contains("config.json: model_args/img_size", "square images, found 8 by 16");
  }

  @Test
  void classNamesMayBeNumberedOrIncomplete() throws IOException {
    Path folder = own.resolve("timm");
    export("timm", folder);
    Path back = own.resolve("back.safetensors");
    Object[] command = {"import", folder, "--out", back};
    String heads = "\"num_heads\": 1";
    write(folder, heads, "\"label_names\": {\"1\": \"b\", \"0\": \"a\", \"2\": \"c\"}");
    assertThat(Command.run(command).out()).doesNotContain("class names");
    assertThat(Artefact.inspect(back).provenance()).containsEntry("data.classes", "a\nb\nc");
    write(folder, heads, "\"label_names\": {\"0\": \"a\", \"2\": \"c\"}");
    assertThat(Command.run(command).out())
        .contains("config.json has 1 class names in a row, of 3 classes", "--class-names");
    assertThat(Artefact.inspect(back).provenance()).containsEntry("data.classes", "0\n1\n2");
    write(folder, heads, "\"label_names\": [7, \"a\", \"b\"]");
    assertThat(Command.run(command).complaint()).contains("label_names", "found 7");
  }

  /** Half of what is published has no head: what is learnt on other images. */
  @Test
  void aModelWithoutAHeadIsTakenForAnyClasses() throws IOException {
    Path folder = own.resolve("timm");
    export("timm", folder);
    withoutHead(folder.resolve("model.safetensors"));
    write(folder, "\"num_heads\": 1", "\"num_classes\": 0");
    Path back = own.resolve("back.safetensors");
    Object[] command = {"import", folder, "--out", back};
    assertThat(Command.run(command).complaint())
        .contains(
            "no head.weight says how many classes it tells apart; give their number (--classes), and take what fits (--partial)");
    Command taken = Command.run(with(command, "--classes", 5, "--partial"));
    assertThat(taken.err()).isEmpty();
    assertThat(taken.out()).contains("5 classes", "2: head.weight, head.bias");
  }

  private static void withoutHead(Path file) {
    List<TensorData> body = new ArrayList<>();
    try (SafeTensorsReader reader = SafeTensorsReader.open(file);
        NDManager manager = WeitEngine.newManager(Device.cpu())) {
      reader.tensors().keySet().stream()
          .filter(name -> !name.startsWith("head."))
          .forEach(name -> body.add(TensorData.of(name, reader.array(manager, name))));
      SafeTensorsWriter.write(file, Map.of(), body);
    }
  }

  private static Object[] with(Object[] command, Object... more) {
    return Stream.of(command, more).flatMap(Stream::of).toArray();
  }

  /** A configuration as timm publishes it, with arguments and entries of its own. */
  private static void write(Path folder, String arguments, String more) throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        """
        {
          "architecture": "vit_tiny_patch16_224",
          "num_features": 192,
          "global_pool": "token",
          %s%s
          "pretrained_cfg": {
            "tag": "augreg_in21k_ft_in1k",
            "custom_load": true,
            "input_size": [3, 224, 224],
            "fixed_input_size": true,
            "crop_pct": 0.9,
            "mean": [0.5, 0.5, 0.5],
            "std": [0.5, 0.5, 0.5],
            "num_classes": 1000,
            "pool_size": null,
            "first_conv": "patch_embed.proj",
            "classifier": "head"
          }
        }
        """
            .formatted(
                arguments.isEmpty() ? "" : "\"model_args\": {" + arguments + "}, ",
                more.isEmpty() ? "" : more + ","));
  }

  @Test
  void anArchitectureThatNobodyComparedIsSaid() throws IOException {
    Path folder = own.resolve("timm");
    export("timm", folder);
    Path config = folder.resolve("config.json");
    String text = Files.readString(config);
    Files.writeString(config, text.replace("vit_tiny_patch16_224", "vit_new_patch4_8"));
    Command command = Command.run("import", folder, "--out", own.resolve("back.safetensors"));
    assertThat(command.code()).isZero();
    assertThat(command.out()).contains("its configuration says vit_new_patch4_8", "not compared");
  }

  @Test
  void importForOtherClassesNeedsToBeAskedFor() throws IOException {
    Path out = own.resolve("four.safetensors");
    Command strict = take(fixture.weights(), out, "--classes", 4);
    assertThat(strict.code()).isEqualTo(1);
    assertThat(strict.complaint())
        .contains(
            "2 of another shape",
            "head.weight: expected (4, 32), found (3, 32)",
            "or take what fits (--partial)");
    assertThat(out).doesNotExist();
    Path names = Files.writeString(own.resolve("names"), "\uFEFFa\r\nb\r\nc\r\nd\r\n");
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
    all.addAll(List.of("--head-size", 32));
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
