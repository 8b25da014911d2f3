package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.core.artefact.Artefact;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that have a name, wherever a size is asked for. */
class PresetCommandsTest {

  @TempDir static Path shared;
  @TempDir Path own;

  private static Fixture fixture;

  @BeforeAll
  static void pretrain() {
    fixture = Fixture.make(shared);
  }

  @Test
  void planKnowsWhatAPresetCosts() {
    Command plan = Command.run("plan", "--preset", "resnet50");
    assertThat(plan).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(plan.out())
        .contains("resnet 224x224", "64x3-4-6-3", "25,557,032")
        .doesNotContain("64x3-3-3-3");
    Command csv = Command.run("plan", "--preset", "deit_tiny_patch16_224", "--csv");
    assertThat(csv.out().lines()).hasSize(2).last().asString().startsWith("192x12,192,12,5717416,");
  }

  @Test
  void planTakesOtherImagesAndClassesForAPreset() {
    Command plan =
        Command.run("plan", "--preset", "resnet18", "--classes", 10, "--image-size", 64, "--csv");
    assertThat(plan.out()).contains("64x2-2-2-2,64,8," + (11_689_512 - 990 * 513) + ",");
    Command family =
        Command.run("plan", "--preset", "cifar_resnet20", "--widths", 32, "--depths", "2-3");
    assertThat(family.out()).contains("32x2-2-2", "32x3-3-3").doesNotContain("16x3-3-3");
  }

  @Test
  void trainStartsFromRandomWeightsOfAPreset() {
    Path out = own.resolve("out.safetensors");
    Command train =
        Command.run(
            "train",
            "--preset",
            "cifar_resnet20",
            "--template-width",
            8,
            "--data",
            fixture.data(),
            "--epochs",
            1,
            "--batch",
            16,
            "--out",
            out);
    assertThat(train.code()).as(train.err()).isZero();
    assertThat(train.out()).contains("start: random weights of 16x3-3-3, resnet 8x8, 3 channels");
    assertThat(Artefact.inspect(out).model().options())
        .containsEntry("template_width", "8")
        .containsEntry("classes", "3");
  }

  @Test
  void pretrainLearnsTemplatesAtAPreset() {
    Path out = own.resolve("templates.safetensors");
    Object[] command = {
      "pretrain",
      "--preset",
      "cifar_resnet20",
      "--template-counts",
      "4,4,1",
      "--data",
      fixture.data(),
      "--pretrain-steps",
      1,
      "--pretrain-batch",
      8,
      "--out",
      out
    };
    assertThat(Command.run(command)).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(Artefact.inspect(out).model().size()).isEqualTo("16x3-3-3");
    assertThat(Artefact.inspect(out).model().options())
        .containsEntry("stem", "CIFAR")
        .containsEntry("kernel_templates", "4")
        .containsEntry("image_size", "8");
  }

  @Test
  void aPresetBesideASizeOrWithoutSizesToCompareIsRefused() {
    Command both =
        Command.run(
            "pretrain",
            "--preset",
            "cifar_resnet20",
            "--size",
            "32x1-1-1",
            "--data",
            fixture.data());
    assertThat(both.complaint()).contains("--preset cifar_resnet20 has the size 16x3-3-3");
    Command compare =
        Command.run(
            "compare", "--preset", "cifar_resnet20", "--data", fixture.data(), "--out", own);
    assertThat(compare.complaint()).contains("--preset", "--sizes");
  }

  @Test
  void importTakesImagesAndClassesFromAPreset() {
    Command wrong =
        Command.run(
            "import",
            fixture.weights(),
            "--preset",
            "deit_small_patch16_224",
            "--mean",
            0.5,
            "--deviation",
            0.5,
            "--out",
            own.resolve("out"));
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.complaint())
        .contains("vit 224x224", "patch 16, heads of 64", "1000 classes at size 384x12");
  }

  @Test
  void anUnknownPresetIsNotUnderstood() {
    Command plan = Command.run("plan", "--preset", "resnet19");
    assertThat(plan.code()).isEqualTo(2);
    assertThat(plan.err()).contains("no preset is called 'resnet19'", "resnet18", "cifar_resnet20");
  }

  @Test
  void aPresetAndASizeContradictOneAnother() {
    Object[][] commands = {
      {"train", "--preset", "resnet18", "--size", "32x1", "--data", fixture.data()},
      {"train", "--preset", "resnet18", "--weights", fixture.weights(), "--data", fixture.data()},
      {"import", "f", "--preset", "resnet18", "--size", "32x1", "--mean", 0, "--deviation", 1},
      {"plan", "--preset", "resnet18", "--templates", fixture.templates()},
    };
    for (Object[] command : commands) {
      Command run = Command.run(command);
      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err()).contains("--preset", "mutually exclusive");
    }
  }

  @Test
  void aPresetLeavesNoArchitectureToDescribe() {
    Command plan =
        Command.run("plan", "--preset", "resnet18", "--stem", "cifar", "--block", "basic");
    assertThat(plan.code()).isEqualTo(1);
    assertThat(plan.complaint()).contains("--preset resnet18", "leave out --stem, --block");
  }
}
