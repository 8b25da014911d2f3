package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.core.KroneckerConstraint;
import io.github.weit.models.Size;
import io.github.weit.models.StepCost;
import io.github.weit.models.Vit;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code weit plan} lists, and what it recommends. */
class PlanCommandTest {

  @TempDir static Path shared;
  @TempDir Path own;

  private static Fixture fixture;

  @BeforeAll
  static void pretrain() {
    fixture = Fixture.make(shared);
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
        .doesNotContainPattern("x2 .* below")
        .containsPattern("96x3 .* deeper\n")
        .contains("deeper: than 2 layers, the most that pre-training drew")
        .doesNotContainPattern("x2 .* deeper");
    long most = cost(Vit.small(8, 3, 3), new Size(96, 1));
    Command budget = Command.run("plan", "--templates", file, "--max-params", most);
    assertThat(budget.out()).containsPattern("\n +96x1 ").containsPattern("\n\\* +64x2 ");
    Command first = Command.run("plan", "--templates", file, "--max-params", most, "--limit", 1);
    assertThat(first.out())
        .as("the answer, whatever the limit")
        .containsPattern("\n\\* +64x2 ")
        .doesNotContain("32x2 ");
    assertThat(Command.run("plan", "--measure", 100_000_000).complaint())
        .contains("--measure: expected 1 to 65536 images, found 100000000");
    assertThat(Command.run("plan", "--templates", file, "--csv").out())
        .containsPattern("\n128x1,.*,below\n")
        .containsPattern("\n96x3,.*,deeper\n")
        .containsPattern("\n96x2,.*[0-9],\n");

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
}
