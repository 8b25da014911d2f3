package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.cli.run.Checkpoints;
import io.github.weit.cli.run.PretrainJob;
import io.github.weit.cli.run.PretrainStart;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.core.files.Hashes;
import io.github.weit.core.files.SafeTensorsWriter;
import io.github.weit.core.files.TensorData;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import io.github.weit.models.Templates;
import io.github.weit.models.Vit;
import io.github.weit.templates.PretrainPlan;
import io.github.weit.training.Checkpointing.Begin;
import io.github.weit.training.Distillation;
import io.github.weit.training.data.ImageFolderOptions;
import io.github.weit.training.data.ImageFolders;
import io.github.weit.training.data.ImageSet;
import io.github.weit.training.data.Normalisation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pre-training that starts from dense weights or learns from them. */
class ParentsTest {

  @TempDir static Path shared;
  @TempDir Path own;

  private static Path data;
  private static Path dense;
  private static Path plain;

  @BeforeAll
  static void train() {
    data = Pictures.draw(shared.resolve("data"), 8);
    dense = shared.resolve("dense.safetensors");
    Command trained =
        Command.run(
            "train", "--data", data, "--size", "64x2", "--epochs", 1, "--batch", 8, "--out", dense);
    assertThat(trained.code()).isZero();
    plain = shared.resolve("plain.safetensors");
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        SizedModel model = SizedModel.load(dense, manager)) {
      List<TensorData> tensors = new ArrayList<>();
      model.weights().forEach((name, array) -> tensors.add(TensorData.of(name, array)));
      SafeTensorsWriter.write(plain, Map.of(), tensors);
    }
  }

  /** A rate so low that nothing moves visibly. */
  private static Command pretrain(Path out, Object... more) {
    Object[] usual = {
      "pretrain",
      "--data",
      data,
      "--size",
      "64x2",
      "--pretrain-steps",
      2,
      "--pretrain-batch",
      8,
      "--pretrain-rate",
      "1e-12",
      "--threads",
      1,
      "--out",
      out
    };
    return Command.run(with(usual, more));
  }

  @Test
  void startsAtTheTemplatesNearestToDenseWeights() {
    Path out = own.resolve("t.safetensors");
    Command command = pretrain(out, "--from", dense, "--template-counts", "64,64,64");
    assertThat(command.err()).isEmpty();
    assertThat(command.code()).isZero();
    assertThat(command.out())
        .contains("start: the templates nearest to " + dense, "blocks.{}.attn.qkv.weight")
        .containsPattern("blocks\\.\\{\\}\\.mlp\\.fc1\\.weight +64 +32 +0\\.0 % +100\\.0 %");
    assertThat(Artefact.inspect(out).provenance())
        .containsEntry("parent.sha256", Hashes.sha256(dense));
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        Templates templates = Templates.load(out, manager);
        SizedModel composed = templates.compose(new Size(64, 2), manager);
        SizedModel expected = SizedModel.load(dense, manager)) {
      expected
          .weights()
          .forEach(
              (name, array) -> {
                try (NDArray difference = composed.weights().get(name).sub(array).abs().max()) {
                  assertThat(difference.toFloatArray()[0]).as(name).isLessThan(1e-5f);
                }
              });
    }
  }

  @Test
  void aPlainFileOfTheSameWeightsGivesTheSameTemplates() throws IOException {
    Path one = own.resolve("one.safetensors");
    Path two = own.resolve("two.safetensors");
    assertThat(pretrain(one, "--from", dense).code()).isZero();
    assertThat(pretrain(two, "--from", plain).code()).isZero();
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        Templates first = Templates.load(one, manager);
        Templates second = Templates.load(two, manager)) {
      first
          .bank()
          .arrays()
          .forEach(
              (name, array) ->
                  assertThat(second.bank().arrays().get(name).toFloatArray())
                      .isEqualTo(array.toFloatArray()));
    }
    assertThat(Files.mismatch(one, two)).isNotEqualTo(-1); // they name different parents
  }

  @Test
  void learnsFromATeacherOfAnotherSizeAndSaysSo() throws IOException {
    Path alone = own.resolve("alone.safetensors");
    Path taught = own.resolve("taught.safetensors");
    Path again = own.resolve("again.safetensors");
    Object[] teacher = {"--teacher", dense, "--distil-weight", 0.7, "--temperature", 3};
    Object[] all = with(smallTask(), teacher);
    assertThat(Command.run(with(smallTask(), "--out", alone)).code()).isZero();
    Command command = Command.run(with(all, "--out", taught));
    assertThat(command.code()).isZero();
    assertThat(command.out()).contains("teacher: " + dense, "(64x2)", "0.7", "temperature 3.0");
    assertThat(Command.run(with(all, "--out", again)).code()).isZero();
    assertThat(Artefact.inspect(taught).provenance())
        .containsEntry("teacher.sha256", Hashes.sha256(dense))
        .containsEntry("teacher.weight", "0.7")
        .containsEntry("teacher.temperature", "3.0")
        .containsEntry("teacher.images", "24"); // at every step
    assertThat(Files.mismatch(taught, again)).isEqualTo(-1);
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        Templates one = Templates.load(alone, manager);
        Templates two = Templates.load(taught, manager)) {
      String name = "head.weight";
      assertThat(one.bank().arrays().get(name).toFloatArray())
          .isNotEqualTo(two.bank().arrays().get(name).toFloatArray());
    }
  }

  /** At a temperature of 1, and where that is less work. */
  @Test
  void asksATeacherOnceAboutEachImage() throws IOException {
    ImageSet images = images();
    int steps = images.size() / 4; // of 8 images: as many as there are views
    Path out = own.resolve("taught.safetensors");
    Object[] all = with(smallTask(steps), "--teacher", dense, "--out", out);
    Command command = Command.run(all);
    assertThat(command.code()).as(command.err()).isZero();
    assertThat(command.out())
        .contains(
            "temperature 1.0",
            "asking the teacher about " + 2 * images.size() + " images, mirrored");
    assertThat(Artefact.inspect(out).provenance())
        .containsEntry("teacher.images", Integer.toString(2 * images.size()));
    assertThat(Command.run(with(all, "--no-flip")).out())
        .contains("asking the teacher about " + images.size() + " images, once");
    assertThat(Command.run(with(all, "--in-place-distillation", 0.5)).out())
        .doesNotContain("asking the teacher");
  }

  @Test
  void whatIsTaughtGoesOnAsIfNothingHadBeen() throws IOException {
    ImageSet images = images();
    int steps = images.size() / 4;
    Vit vit = Vit.small(8, 3, 3);
    Size full = new Size(64, 2);
    PretrainPlan plan = PretrainPlan.of(vit, full, PretrainPlan.recipe(steps, 8));
    Path whole = own.resolve("whole.safetensors");
    Path pieces = own.resolve("pieces.safetensors");
    Checkpoints kept = new Checkpoints(own.resolve("kept"), 1, Begin.RESUME_IF_ANY);
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        SizedModel teacher = SizedModel.random(vit, full, manager, new Seed(3))) {
      PretrainStart start =
          new PretrainStart(
              Optional.empty(),
              Optional.of(new Distillation(teacher::logits, 0.5, 1)),
              Normalisation.of(images),
              Map.of());
      PretrainJob job = new PretrainJob(plan, new Seed(0), images, start, kept);
      int[] asked = {0};
      assertThat(job.run(manager, pieces, report -> {}, () -> asked[0]++ == 2).done()).isFalse();
      assertThat(job.run(manager, pieces, report -> {}, () -> false).done()).isTrue();
      Checkpoints others = new Checkpoints(own.resolve("others"), 99, Begin.FRESH);
      new PretrainJob(plan, new Seed(0), images, start, others)
          .run(manager, whole, report -> {}, () -> false);
    }
    assertThat(Files.mismatch(whole, pieces)).isEqualTo(-1);
  }

  private static ImageSet images() {
    return ImageFolders.read(
        data, "data/train", ImageFolderOptions.COLOUR.withSize(8, 8).withSubPath("train"));
  }

  private static Object[] smallTask() {
    return smallTask(3);
  }

  private static Object[] smallTask(int steps) {
    return new Object[] {
      "pretrain",
      "--data",
      data,
      "--size",
      "32x2",
      "--pretrain-steps",
      steps,
      "--pretrain-batch",
      8,
      "--threads",
      1
    };
  }

  private static Object[] with(Object[] first, Object... more) {
    return Stream.of(first, more).flatMap(Arrays::stream).toArray();
  }

  @Test
  void goesOnOnlyFromTheSameParent() {
    Path out = own.resolve("t.safetensors");
    ImageSet images = images();
    PretrainPlan plan =
        PretrainPlan.of(Vit.small(8, 3, 3), new Size(64, 2), PretrainPlan.recipe(4, 8));
    Checkpoints kept = new Checkpoints(own.resolve("kept"), 1, Begin.RESUME_IF_ANY);
    try (NDManager manager = WeitEngine.newManager(Device.cpu())) {
      PretrainStart none = PretrainStart.untrained(images);
      PretrainStart start = parent(none, "one");
      int[] asked = {0};
      PretrainJob.End end =
          new PretrainJob(plan, new Seed(0), images, start, kept)
              .run(manager, out, report -> {}, () -> asked[0]++ == 2);
      assertThat(end.done()).isFalse();
      PretrainJob other = new PretrainJob(plan, new Seed(0), images, parent(none, "two"), kept);
      assertThatThrownBy(() -> other.run(manager, out, report -> {}, () -> false))
          .isInstanceOf(WeitException.class)
          .hasMessageContainingAll("parent.sha256", "one", "two");
      PretrainJob orphan = new PretrainJob(plan, new Seed(0), images, none, kept);
      assertThatThrownBy(() -> orphan.run(manager, out, report -> {}, () -> false))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("parent.sha256 was one and is now none");
    }
  }

  private static PretrainStart parent(PretrainStart start, String hash) {
    return new PretrainStart(
        start.templates(), start.teacher(), start.normalisation(), Map.of("parent.sha256", hash));
  }

  @Test
  void refusesWhatDoesNotFit() {
    Path out = own.resolve("t.safetensors");
    fails(pretrain(out, "--from", own.resolve("none")), "no such file");
    fails(pretrain(out, "--from", dense, "--patch", 2), "option", "patch 2, found 4");
    fails(
        Command.run(with(smallTask(), "--from", dense, "--out", out)),
        "expected weights of size 32x2, found 64x2; use --size 64x2");
    fails(
        Command.run(with(smallTask(), "--from", plain, "--out", out)),
        "plain.safetensors",
        "size 32x2",
        "cls_token",
        "take what fits (weit import --partial)");
    fails(pretrain(out, "--teacher", dense, "--distil-weight", 2), "from 0 to 1, found 2.0");
    fails(
        pretrain(out, "--teacher", plain, "--teacher-size", "64x1"),
        "plain.safetensors",
        "blocks.1.");
    Command without = pretrain(out, "--temperature", 2);
    assertThat(without.code()).isEqualTo(2);
    assertThat(without.complaint()).contains("--teacher");
  }

  private static void fails(Command command, String... words) {
    assertThat(command.code()).isEqualTo(1);
    assertThat(command.complaint()).contains(words).hasLineCount(1);
  }
}
