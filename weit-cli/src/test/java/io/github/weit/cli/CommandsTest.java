package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.github.weit.core.KroneckerConstraint;
import io.github.weit.core.MatricesOnlyConstraint;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.artefact.ArtefactHeader;
import io.github.weit.core.engine.EngineReport;
import io.github.weit.core.files.Hashes;
import io.github.weit.models.Size;
import io.github.weit.models.StepCost;
import io.github.weit.models.Vit;
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
  void planListsSizesAndMarksTheLargestWithinABudget() {
    Command command =
        Command.run("plan", "--templates", fixture.templates(), "--max-params", "60k");
    assertThat(command.code()).isZero();
    List<String> lines = command.out().lines().filter(line -> line.contains("x")).toList();
    assertThat(lines).anySatisfy(line -> assertThat(line).startsWith("*"));
    Command csv = Command.run("plan", "--templates", fixture.templates(), "--csv");
    assertThat(csv.out().lines().toList())
        .hasSize(1 + 4 * 4)
        .startsWith("size,width,depth,parameters,macs,bytes,scalers,note");
    Command none = Command.run("plan", "--image-size", 8, "--max-bytes", "1KiB");
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.complaint()).contains("no size fits the budget", "32x1");
  }

  @Test
  void sizesBelowWhatWasDrawnAreNotRecommended() {
    Path file = own.resolve("from-two.safetensors");
    assertThat(fixture.pretrain(file, 0, "--smallest", "32x2").code()).isZero();
    Command plan = Command.run("plan", "--templates", file);
    assertThat(plan.out())
        .containsPattern("32x1 .* below\n")
        .containsPattern("128x1 .* below\n")
        .containsPattern("64x2 .* pre-trained\n")
        .contains("below: narrower or shallower than 32x2, the least that pre-training drew")
        .doesNotContainPattern("x2 .* below");
    long most = cost(Vit.small(8, 3, 3), new Size(96, 1));
    Command budget = Command.run("plan", "--templates", file, "--max-params", most);
    assertThat(budget.out()).containsPattern("\n +96x1 ").containsPattern("\n\\* +64x2 ");
    assertThat(Command.run("plan", "--templates", file, "--csv").out())
        .containsPattern("\n128x1,.*,below\n")
        .containsPattern("\n96x3,.*[0-9],\n");

    Path out = own.resolve("poor.safetensors");
    Object[] fit = {"fit", "--no-fit", "--templates", file, "--out", out, "--size"};
    String said = "is narrower or shallower than 32x2, the least that pre-training drew";
    assertThat(fit(fit, "64x1").out()).contains("64x1 " + said);
    assertThat(fit(fit, "96x3").out()).doesNotContain(said);
  }

  private static Command fit(Object[] command, String size) {
    return Command.run(Stream.concat(Stream.of(command), Stream.of(size)).toArray());
  }

  private static long cost(Vit vit, Size size) {
    return vit.cost(size).parameters();
  }

  @Test
  void planMeasuresPredictions() {
    Command plan = Command.run("plan", "32x1", "64x2", "--image-size", 8, "--measure", 3);
    assertThat(plan.code()).as(plan.err()).isZero();
    assertThat(plan.out())
        .containsPattern("of dense +ms for 3\n")
        .containsPattern("32x1 .* [0-9.]+\n")
        .doesNotContain("*");
    Command net =
        Command.run(
            "plan", "--family", "resnet", "8x1-1-1", "--image-size", 8, "--measure", 1, "--csv");
    assertThat(net.out().lines().toList().get(0)).endsWith("note,predicted_images,median_ms");
    assertThat(net.out()).containsPattern("\n8x1-1-1,.*,,1,[0-9.]+\n");

    Object[] every = {"plan", "--templates", fixture.templates(), "--widths", 32, "--measure", 1};
    Object[] slow = Stream.concat(Stream.of(every), Stream.of("--max-ms", 1e6)).toArray();
    assertThat(Command.run(slow).out())
        .containsPattern("\\* +32x4 ")
        .containsPattern("32x1 .* [0-9.]+\n");
    Object[] fast = Stream.concat(Stream.of(every), Stream.of("--max-ms", 1e-6)).toArray();
    assertThat(Command.run(fast).complaint())
        .containsPattern("no size is predicted in 1.0E-6 ms here: the fastest listed, 32x., takes");
    assertThat(Command.run("plan", "64x2", "--max-ms", 1).complaint()).contains("give --measure 1");
    assertThat(Command.run("plan", "64x2", "--measure", 0).complaint()).contains("found 0");
  }

  @Test
  void planPutsTheStepsOfAllStagesSideBySide() {
    Command command =
        Command.run("plan", "--templates", fixture.templates(), "64x2", "96x1", "--batch", 16);
    assertThat(command.code()).as(command.err()).isZero();
    assertThat(command.out())
        .containsPattern("size .* train +pretrain +fit")
        .containsPattern("64x2 .* [KMG]iB .* pre-trained")
        .contains("A step of 16 images at 64x2", "A step of 16 images at 96x1")
        .containsPattern("numbers trained( +[0-9,]+){3}\n")
        .containsPattern("composing, to the network's( +[0-9.]+ %){2}\n")
        .containsPattern("memory at its peak( +[0-9.]+ [KM]iB){3}\n")
        .doesNotContain("running average");
    Command ranges = Command.run("plan", "--depths", 2, "--batch", 16, "--ema");
    assertThat(ranges.out()).contains("pretrain").doesNotContain("A step of");
    Command narrow = Command.run("plan", "64x2", "--batch", 16, "--precision", "bfloat16");
    Command wide = Command.run("plan", "64x2", "--batch", 16);
    assertThat(narrow.code()).as(narrow.err()).isZero();
    assertThat(narrow.out()).isNotEqualTo(wide.out());
    Command preset = Command.run("plan", "--preset", "resnet18", "--batch", 1, "--ema");
    assertThat(preset.out()).contains("A step of 1 image at 64x2-2-2-2", "running average");
  }

  @Test
  void planWritesALinePerSizeAndStage() {
    Command csv = Command.run("plan", "64x2", "96x1", "--batch", 16, "--csv");
    List<String> lines = csv.out().lines().toList();
    assertThat(lines).hasSize(1 + 2 * 3);
    int columns = lines.get(0).split(",").length;
    assertThat(lines).allSatisfy(line -> assertThat(line.split(",")).hasSize(columns));
    assertThat(lines.get(0)).endsWith(",peak_bytes");
    List<String> names = List.of(lines.get(0).split(","));
    StepCost.Step step = StepCost.Step.of(16);
    StepCost expected =
        StepCost.fit(Vit.small(32, 3, 10), new Size(64, 2), new KroneckerConstraint(), step);
    assertThat(lines)
        .filteredOn(line -> line.startsWith("64x2,") && line.contains(",fit,16,"))
        .singleElement()
        .satisfies(
            line -> {
              String[] cells = line.split(",");
              assertThat(cells[names.indexOf("trained")]).isEqualTo("" + expected.trained());
              assertThat(cells[names.indexOf("step_macs")]).isEqualTo("" + expected.macs().total());
              assertThat(cells[names.indexOf("peak_bytes")])
                  .isEqualTo("" + expected.bytes().peak());
            });
  }

  @Test
  void planRefusesSizesAndRangesTogetherAndEmptyBatches() {
    Command both = Command.run("plan", "64x2", "--widths", 64);
    assertThat(both.code()).isEqualTo(1);
    assertThat(both.complaint()).contains("64x2", "leave out --widths and --depths");
    Command empty = Command.run("plan", "64x2", "--batch", 0);
    assertThat(empty.code()).isEqualTo(1);
    assertThat(empty.complaint()).contains("at least 1 image", "found 0");
    Command illegal = Command.run("plan", "65x2");
    assertThat(illegal.code()).isEqualTo(1);
    assertThat(illegal.complaint()).contains("65", "nearest legal widths");
  }

  @Test
  void planCountsWhatFitWrites() {
    Command csv =
        Command.run(
            "plan", "--templates", fixture.templates(), "--widths", 32, "--depths", 1, "--csv");
    long parameters = Long.parseLong(csv.out().lines().toList().get(1).split(",")[3]);
    Command inspect = Command.run("inspect", fixture.weights());
    assertThat(inspect.out()).contains(Quantity.exact(parameters));
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
        .containsEntry("parent.sha256", Hashes.sha256(weights));

    Command eval = Command.run("eval", "--weights", trained, "--data", fixture.data());
    assertThat(eval).extracting(Command::code, Command::err).containsExactly(0, "");
    double top1 = 100 * Double.parseDouble(provenance.get("test.top1"));
    assertThat(eval.out()).contains("images", "12", "%.2f %%".formatted(top1), "top-5");
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

  private Command taught(Path out, double teaching) {
    return fit("128x1", out, "--rate", 0.25, "--fit-teaching", teaching);
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
        .containsEntry("fit.teaching", "1.0")
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
