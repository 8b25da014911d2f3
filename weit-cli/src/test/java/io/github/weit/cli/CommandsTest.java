package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.github.weit.core.MatricesOnlyConstraint;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.artefact.ArtefactHeader;
import io.github.weit.core.engine.EngineReport;
import io.github.weit.core.files.Hashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {

  @TempDir static Path shared;
  @TempDir Path own;

  private static Fixture fixture;

  @BeforeAll
  static void pretrain() {
    fixture = Fixture.make(shared);
  }

  @Test
  void withoutACommandItSaysHowToUseIt() {
    Command command = Command.run();
    assertThat(command.code()).isZero();
    assertThat(command.out()).contains("Usage: weit", "pretrain", "doctor", "A way through");
  }

  @Test
  void saysItsVersion() {
    Command command = Command.run("--version");
    assertThat(command.code()).isZero();
    assertThat(command.out()).startsWith("weit ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pretrain",
        "plan",
        "fit",
        "train",
        "eval",
        "predict",
        "export",
        "import",
        "compare",
        "inspect",
        "doctor"
      })
  void everyCommandHasHelpWithAnExample(String name) {
    Command command = Command.run(name, "--help");
    assertThat(command.code()).isZero();
    assertThat(command.out()).contains("Usage: weit " + name, "Example", "  weit " + name + " ");
  }

  @Test
  void oneSeedGivesOneFileAndAnotherGivesAnother() throws IOException {
    Path again = own.resolve("again.safetensors");
    Path other = own.resolve("other.safetensors");
    fixture.pretrain(again, 0);
    fixture.pretrain(other, 1);
    assertThat(Files.mismatch(fixture.templates(), again)).isEqualTo(-1);
    assertThat(Files.mismatch(fixture.templates(), other)).isNotEqualTo(-1);
  }

  /** On this machine as on others: who trains in what the processor lacks is told so. */
  @Test
  void imitatedBfloat16IsWarnedOf() {
    Command narrow = fixture.pretrain(own.resolve("x.safetensors"), 0, "--precision", "bfloat16");
    assertThat(narrow.code()).isZero();
    if (EngineReport.imitatesBfloat16(Device.cpu())) {
      assertThat(narrow.err())
          .startsWith("weit: warning: bfloat16 is imitated, far slower than float32")
          .hasLineCount(1);
    } else {
      assertThat(narrow.err()).isEmpty();
    }
    assertThat(fixture.pretrain(own.resolve("y.safetensors"), 0).err()).isEmpty();
  }

  @Test
  void inspectSaysWhatAFileIs() {
    Command command = Command.run("inspect", fixture.templates());
    assertThat(command.code()).isZero();
    assertThat(command.out())
        .contains("templates", "vit", "64x2", "kronecker", "layer=1x2", "blue, green, red")
        .contains(Hashes.sha256(fixture.templates()));
    assertThat(Command.run("inspect", fixture.weights()).out())
        .contains("weights", "parent.sha256");
  }

  @Test
  void fitTrainAndEvalGoOnFromOneAnother() {
    Path weights = own.resolve("96x3.safetensors");
    Path scalers = own.resolve("scalers.safetensors");
    Command fit = fit("96x3", weights, "--scalers-out", scalers);
    assertThat(fit).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(fit.out()).contains("composed:", "fitted:", "(12 images)", "wrote");
    assertThat(Artefact.inspect(scalers).kind().name()).isEqualTo("SCALERS");
    assertThat(Artefact.inspect(weights).provenance())
        .containsEntry("parent.sha256", Hashes.sha256(fixture.templates()))
        .containsEntry("fit.steps", "2")
        .containsEntry("seed", "0")
        .containsKeys("data.sha256", "data.normalisation", "version.weit");

    Path trained = own.resolve("trained.safetensors");
    Path log = own.resolve("log");
    Command train =
        Command.run(
            "train",
            "--weights",
            weights,
            "--data",
            fixture.data(),
            "--epochs",
            2,
            "--batch",
            8,
            "--ema",
            0.9,
            "--betas",
            "0.8,0.95",
            "--cooldown",
            0.5,
            "--log",
            log,
            "--out",
            trained);
    assertThat(train).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(train.out()).contains("start: all", "epoch 1:", "epoch 2:", "wrote");
    assertThat(log.resolve("metrics.csv")).content().hasLineCount(1 + 6);
    assertThat(log.resolve("epochs.csv")).content().hasLineCount(1 + 3);
    Map<String, String> provenance = Artefact.inspect(trained).provenance();
    assertThat(provenance)
        .containsEntry("steps", "6")
        .hasEntrySatisfying(
            "recipe",
            text ->
                assertThat(text).contains("cooldown=0.5", "beta1=0.8, beta2=0.95", "emaDecay=0.9"))
        .containsEntry("parent.sha256", Hashes.sha256(weights));

    Command eval = Command.run("eval", "--weights", trained, "--data", fixture.data());
    assertThat(eval).extracting(Command::code, Command::err).containsExactly(0, "");
    double top1 = 100 * Double.parseDouble(provenance.get("test.top1"));
    assertThat(eval.out())
        .contains("images", "12", "%.2f %%".formatted(top1), "top-5")
        .doesNotContain("recall");
    Path pairs = own.resolve("pairs.csv");
    Command closer =
        Command.run(
            "eval",
            "--weights",
            trained,
            "--data",
            fixture.data(),
            "--by-class",
            "--confusion",
            pairs);
    assertThat(closer).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(closer.out()).startsWith(eval.out()).contains("recall", "wrote " + pairs);
    assertThat(pairs).content().startsWith("class,").hasLineCount(1 + 3);
  }

  private Command fit(String size, Path out, Object... more) {
    Object[] usual = {
      "fit",
      "--templates",
      fixture.templates(),
      "--size",
      size,
      "--data",
      fixture.data(),
      "--steps",
      2,
      "--batch",
      8,
      "--images",
      16,
      "--out",
      out
    };
    return Command.run(Stream.of(usual, more).flatMap(Arrays::stream).toArray());
  }

  private Command taught(Path out, double teaching, Object... more) {
    Object[] usual = {"--rate", 0.25, "--fit-teaching", teaching};
    return fit("128x1", out, Stream.of(usual, more).flatMap(Arrays::stream).toArray());
  }

  @Test
  void theFullSizeTeachesAFitAtARateForItsWidth() {
    Path labels = own.resolve("labels.safetensors");
    Path taught = own.resolve("taught.safetensors");
    assertThat(taught(labels, 0).code()).isZero();
    assertThat(taught(taught, 1).out()).contains("asking the full size, 64x2, about 16 images");
    Map<String, String> provenance = Artefact.inspect(taught).provenance();
    assertThat(provenance).containsEntry("fit.teaching", "1.0");
    assertThat(provenance.get("fit.recipe")).contains("learningRate=0.125,"); // 64 / 128 of it
    assertThat(Hashes.sha256(taught)).isNotEqualTo(Hashes.sha256(labels));
    assertThat(taught(own.resolve("none"), 1.5).err()).contains("from 0 to 1, found 1.5");
  }

  @Test
  void theFullSizeIsAskedAsTheOptionsSay() {
    Path plain = own.resolve("plain.safetensors");
    Path soft = own.resolve("soft.safetensors");
    Path both = own.resolve("both.safetensors");
    assertThat(taught(plain, 1, "--fit-temperature", 1, "--fit-views", 1).code()).isZero();
    assertThat(taught(soft, 1, "--fit-temperature", 3).code()).isZero();
    assertThat(taught(both, 1, "--fit-views", 2).code()).isZero();
    assertThat(Artefact.inspect(soft).provenance())
        .containsEntry("fit.teaching", "1.0, temperature 3.0");
    assertThat(Artefact.inspect(both).provenance())
        .containsEntry("fit.teaching", "1.0, both views");
    assertThat(Stream.of(plain, soft, both).map(Hashes::sha256)).doesNotHaveDuplicates();
    Path none = own.resolve("none");
    assertThat(taught(none, 1, "--fit-views", 3).err()).contains("must be 1 or 2, found 3");
    assertThat(taught(none, 1, "--fit-temperature", 0).err())
        .contains("--fit-temperature", "must be positive, found 0.0");
    assertThat(none).doesNotExist();
  }

  @Test
  void tunedChangesWhatIsNotSaid() {
    Path templates = own.resolve("tuned-templates.safetensors");
    Command pretrain =
        fixture.pretrain(
            templates, 0, "--tuned", "--full-first", 0.25, "--pretrain-cooldown", 0.375);
    assertThat(pretrain.code()).isZero();
    ArtefactHeader header = Artefact.inspect(templates);
    assertThat(header.constraint()).get().isInstanceOf(MatricesOnlyConstraint.class);
    assertThat(header.provenance())
        .containsEntry("sampling.full_first", "0.25")
        .containsEntry("sampling.minimum", "32x1")
        .containsEntry("sampling.maximum", "128x4")
        .hasEntrySatisfying("recipe", text -> assertThat(text).contains(" cooldown=0.375,"))
        .hasEntrySatisfying(
            "options", text -> assertThat(text).contains("templateRate=16.0, scalerRate=0.125,"));
    Path weights = own.resolve("tuned.safetensors");
    assertThat(fit("32x1", weights, "--tuned").code()).isZero();
    assertThat(Artefact.inspect(weights).provenance())
        .containsEntry("fit.teaching", "1.0, both views")
        .containsEntry("fit.steps", "2");
  }

  @Test
  void trainsFromScratch() {
    Path out = own.resolve("scratch.safetensors");
    Command train =
        Command.run(
            "train",
            "--size",
            "32x1",
            "--data",
            fixture.data(),
            "--epochs",
            1,
            "--batch",
            8,
            "--out",
            out);
    assertThat(train).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(train.out()).contains("random weights of 32x1", "epoch 1:");
  }

  @Test
  void otherClassesGetAFreshHeadAndItIsSaid() {
    Path data = Pictures.draw(own.resolve("two"), 8, List.of("cold", "warm"));
    Path out = own.resolve("two.safetensors");
    Command train =
        Command.run(
            "train",
            "--weights",
            fixture.weights(),
            "--data",
            data,
            "--epochs",
            1,
            "--batch",
            8,
            "--out",
            out);
    assertThat(train).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(train.out())
        .contains("3 there, 2 here", "fresh: head.weight, head.bias (66 numbers)");
    assertThat(Artefact.inspect(out).provenance())
        .containsEntry("fresh", "head.weight head.bias")
        .containsEntry("data.classes", "cold\nwarm");
  }

  @Test
  void doctorFindsThisMachineFit() {
    Command command = Command.run("doctor");
    assertThat(command.out())
        .contains("Java", "engine", "PyTorch", "native library", "calculation", "off by at most")
        .contains("malloc", "GPUs", "device", "kernels", "dense layers", "convolutions", "bfloat16")
        .contains("ready");
    assertThat(command.code()).isZero();
  }

  @Test
  void doctorSaysWhyADeviceIsUsed() {
    assertThat(Command.run("doctor", "--device", "cpu").out()).contains("cpu(): --device cpu");
    Command missing = Command.run("doctor", "--device", "cuda:77");
    assertThat(missing.out()).contains("device cuda:77 is not there", "something needed is broken");
    assertThat(missing.code()).isNotZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pretrain", "fit", "train", "eval", "predict", "compare", "doctor"})
  void everyCommandThatComputesHasADevice(String name) {
    assertThat(Command.run(name, "--help").out()).contains("--device");
  }
}
