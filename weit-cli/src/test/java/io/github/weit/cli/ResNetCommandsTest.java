package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands do for residual networks what they do for transformers. */
class ResNetCommandsTest {

  @TempDir static Path shared;
  @TempDir Path own;

  private static Fixture fixture;
  private static Path templates;

  @BeforeAll
  static void pretrain() {
    fixture = Fixture.make(shared);
    templates = shared.resolve("resnet.safetensors");
    Command command =
        Command.run(
            "pretrain",
            "--family",
            "resnet",
            "--size",
            "16x2-2-1",
            "--template-width",
            8,
            "--pretrain-steps",
            4,
            "--pretrain-batch",
            8,
            "--data",
            fixture.data(),
            "--out",
            templates);
    assertThat(command.code()).as(command.err()).isZero();
  }

  private Path fit(String size) {
    Path weights = own.resolve(size + ".safetensors");
    Command command =
        Command.run(
            "fit",
            "--templates",
            templates,
            "--size",
            size,
            "--data",
            fixture.data(),
            "--steps",
            2,
            "--images",
            16,
            "--batch",
            8,
            "--out",
            weights);
    assertThat(command.code()).as(command.err()).isZero();
    return weights;
  }

  @Test
  void fittedWeightsHoldTheStatisticsTheyAreEvaluatedWith() {
    Command command = Command.run("eval", "--weights", fit("8x1-3-1"), "--data", fixture.data());
    assertThat(command.code()).as(command.err()).isZero();
    assertThat(command.out()).contains("top-1");
  }

  @Test
  void trainingGoesOnFromThemAndGivesOneFilePerSeed() throws IOException {
    Path weights = fit("16x1-1-1");
    Path[] trained = {own.resolve("a.safetensors"), own.resolve("b.safetensors")};
    for (Path out : trained) {
      Command command =
          Command.run(
              "train",
              "--weights",
              weights,
              "--data",
              fixture.data(),
              "--epochs",
              1,
              "--batch",
              8,
              "--out",
              out);
      assertThat(command.code()).as(command.err()).isZero();
      assertThat(command.out()).contains("epoch 1: top-1");
    }
    assertThat(Files.mismatch(trained[0], trained[1])).isEqualTo(-1);
  }

  @Test
  void composingWithoutImagesSaysWhyItNeedsThem() {
    Command command = Command.run("fit", "--templates", templates, "--size", "8x1-1-1", "--no-fit");
    assertThat(command.code()).isNotZero();
    assertThat(command.complaint()).contains("batch norms", "--data");
    Path out = own.resolve("composed.safetensors");
    Command withThem =
        Command.run(
            "fit",
            "--templates",
            templates,
            "--size",
            "8x1-1-1",
            "--no-fit",
            "--data",
            fixture.data(),
            "--out",
            out);
    assertThat(withThem.code()).as(withThem.err()).isZero();
    assertThat(withThem.out()).contains("composed:").doesNotContain("fitted:");
    assertThat(Command.run("eval", "--weights", out, "--data", fixture.data()).code()).isZero();
  }

  @Test
  void aStageThatThePreTrainedSizeHasNoLayersForIsRefused() {
    Command command =
        Command.run(
            "fit", "--templates", templates, "--size", "16x2-2-2", "--data", fixture.data());
    assertThat(command.code()).isNotZero();
    assertThat(command.complaint())
        .contains("layer3.1.conv1.weight", "needs one of at least two there");
  }

  @Test
  void everyMethodThatThereIsForThemIsCompared() throws IOException {
    Path out = own.resolve("compare");
    Command command =
        Command.run(
            "compare",
            "--family",
            "resnet",
            "--data",
            fixture.data(),
            "--size",
            "16x2-1-1",
            "--pretrain-steps",
            2,
            "--pretrain-batch",
            8,
            "--template-counts",
            "2,2,1",
            "--methods",
            "weit,scratch,weight-selection,weight-selection-fitted,stacking,supernet-fitted,ligo,wave,random-templates,scratch-fitted",
            "--sizes",
            "8x1-1-1,32x2-1-1",
            "--seeds",
            1,
            "--epochs",
            1,
            "--batch",
            8,
            "--fit-steps",
            1,
            "--fit-images",
            16,
            "--fit-teaching",
            1,
            "--out",
            out);
    assertThat(command).extracting(Command::code, Command::err).containsExactly(0, "");
    Map<String, List<String>> sizes = Fixture.trained(out);
    assertThat(sizes)
        .hasSize(10)
        .containsEntry("weight-selection", List.of("8x1-1-1 1"))
        .containsEntry("ligo", List.of("32x2-1-1 1"))
        .hasEntrySatisfying("wave", all -> assertThat(all).hasSize(2))
        .hasEntrySatisfying("random-templates", all -> assertThat(all).hasSize(2));
    for (Path fit : fits(out)) {
      Command eval = Command.run("eval", "--weights", fit, "--data", fixture.data());
      assertThat(eval)
          .as(fit.toString())
          .extracting(Command::code, Command::err)
          .containsExactly(0, "");
    }
  }

  private static List<Path> fits(Path comparison) throws IOException {
    try (Stream<Path> fits = Files.list(comparison.resolve("fits"))) {
      List<Path> all = fits.toList();
      assertThat(all).hasSizeGreaterThan(8);
      return all;
    }
  }

  @Test
  void planListsSizesOfEveryStage() {
    Command command = Command.run("plan", "--templates", templates, "--depths", "2-3");
    assertThat(command.out()).contains("16x2-2-2", "32x3-3-3");
  }

  /** Batch norms want pictures, and no class of theirs. */
  @Test
  void aModelForOtherClassesIsComposedWithPicturesOfThose() {
    Path others = Pictures.draw(own.resolve("others"), 8, List.of("blue", "red"));
    Path start = own.resolve("start.safetensors");
    Object[] fit = {"fit", "--templates", templates, "--size", "16x1-1-1", "--out", start};
    Object[] data = {"--data", others};
    assertThat(with(fit, data).complaint()).contains("compose with --no-fit");
    Command compose = with(fit, data, new Object[] {"--no-fit"});
    assertThat(compose).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(compose.out()).contains("of other classes").doesNotContain("top-1");
    Object[] train = {"train", "--weights", start, "--epochs", 1, "--batch", 8};
    Command trained = with(train, data, new Object[] {"--out", own.resolve("t.safetensors")});
    assertThat(trained).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(trained.out()).contains("other classes than in", "fresh: fc.weight, fc.bias");
  }

  private static Command with(Object[]... parts) {
    return Command.run(Stream.of(parts).flatMap(Stream::of).toArray());
  }
}
