package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.core.artefact.Artefact;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user can do wrong: one clear line each, and an exit code that says so. */
class BadInputTest {

  @TempDir static Path shared;
  @TempDir Path own;

  private static Fixture fixture;

  @BeforeAll
  static void pretrain() {
    fixture = Fixture.make(shared);
  }

  @Test
  void aFileThatIsMissing() {
    fails(
        Command.run("inspect", own.resolve("none.safetensors")), "no such file or folder", "none");
    fails(fit(own.resolve("none.safetensors"), "32x1"), "no such file", "none");
    fails(eval(own.resolve("none.safetensors"), fixture.data()), "no such file", "none");
  }

  @Test
  void aFileThatIsNotSafetensors() throws IOException {
    Path file =
        Files.writeString(own.resolve("notes.txt"), "these are only some words, not arrays");
    fails(Command.run("inspect", file), "notes.txt", "not a safetensors file");
    fails(fit(file, "32x1"), "notes.txt", "not a safetensors file");
  }

  @Test
  void weightsWhereTemplatesAreNeededAndTheOtherWayRound() {
    fails(fit(fixture.weights(), "32x1"), "expected templates", "found dense weights");
    fails(eval(fixture.templates(), fixture.data()), "expected dense weights", "found templates");
    fails(
        Command.run("plan", "--templates", fixture.weights()),
        "expected templates",
        "found dense weights");
  }

  @Test
  void aFamilyThatIsUnknown() throws IOException {
    byte[] bytes = Files.readAllBytes(fixture.templates());
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String changed = text.replace("\"weit.family\":\"vit\"", "\"weit.family\":\"vat\"");
    Path file = own.resolve("vat.safetensors");
    Files.write(file, changed.getBytes(StandardCharsets.ISO_8859_1));
    assertThat(changed).isNotEqualTo(text);
    fails(fit(file, "32x1"), "vat.safetensors", "unknown family 'vat'", "vit");
    fails(Command.run("plan", "--templates", file), "unknown family 'vat'");
  }

  @Test
  void aSizeThatIsNotLegal() {
    fails(fit(fixture.templates(), "50x2"), "width 50", "32 and 64");
  }

  @Test
  void anArtefactThatWasCutOff() throws IOException {
    byte[] bytes = Files.readAllBytes(fixture.templates());
    for (int length : new int[] {4, 100, bytes.length / 2, bytes.length - 1}) {
      Path file = own.resolve("cut.safetensors");
      Files.write(file, Arrays.copyOf(bytes, length));
      fails(fit(file, "32x1"), "cut.safetensors");
    }
  }

  @Test
  void anImageThatCannotBeRead() throws IOException {
    Path data = Pictures.draw(own.resolve("data"), 8);
    Files.writeString(data.resolve("train/red/broken.png"), "no picture");
    fails(train("--data", data), "red/broken.png");
  }

  @Test
  void imagesThatCannotBeReadAreSkippedIfAskedFor() throws IOException {
    Path data = Pictures.draw(own.resolve("data"), 8);
    Files.writeString(data.resolve("train/blue/00.png"), "no picture");
    Files.writeString(data.resolve("train/red/broken.png"), "no picture");
    Files.writeString(data.resolve("test/red/broken.png"), "no picture");
    fails(train("--data", data), "data!train/blue/00.png");
    Command one = train("--data", data, "--skip-images", 1);
    assertThat(one.code()).isEqualTo(1);
    assertThat(one.err().lines())
        .hasSize(2)
        .anySatisfy(line -> assertThat(line).contains("WARN", "skipped", "blue/00.png"))
        .last()
        .asString()
        .startsWith("weit: ")
        .contains("red/broken.png", "(1 had been skipped");
    Command two = train("--data", data, "--skip-images", 2);
    assertThat(two.code()).isZero();
    assertThat(two.err())
        .contains(
            "data!train/blue/00.png: it is no PNG", "train/red/broken.png", "test/red/broken.png")
        .contains("data/train: 2 unreadable images skipped, 24 read")
        .contains("data/test: 1 unreadable image skipped, 12 read");
    assertThat(Artefact.inspect(own.resolve("out")).provenance())
        .containsEntry("data.id", "data/train[2 unreadable images skipped]")
        .containsEntry("data.images", "24");
    fails(train("--data", data, "--skip-images", -1), "0 or more that may be skipped");
  }

  @Test
  void aClassWithoutImages() throws IOException {
    Path data = Pictures.draw(own.resolve("data"), 8);
    Files.createDirectories(data.resolve("train/violet"));
    fails(train("--data", data), "violet");
  }

  @Test
  void dataOfOneClass() throws IOException {
    Path data = own.resolve("data");
    Pictures.draw(own.resolve("all"), 8);
    Files.createDirectories(data.resolve("train"));
    Files.move(own.resolve("all/train/red"), data.resolve("train/red"));
    fails(train("--data", data), "data/train has one class, 'red'", "two or more folders");
  }

  @Test
  void partsOfOtherClasses() throws IOException {
    Path data = Pictures.draw(own.resolve("data"), 8);
    Files.move(data.resolve("test/red"), own.resolve("red"));
    Command inspected = Command.run("inspect", data);
    assertThat(inspected.code()).isEqualTo(1);
    assertThat(inspected.err()).contains("must hold the same class folders");
  }

  @Test
  void noImagesForAFit() {
    fails(
        Command.run(
            "fit",
            "--templates",
            fixture.templates(),
            "--size",
            "32x1",
            "--data",
            fixture.data(),
            "--images",
            0,
            "--out",
            own.resolve("out")),
        "--images must be 1 or more, found 0",
        "--no-fit");
  }

  @Test
  void meansOfBytesWhereThoseOfPixelsAreNeeded() {
    fails(
        Command.run(
            "import",
            fixture.weights(),
            "--size",
            "32x1",
            "--head-size",
            32,
            "--mean",
            "125.3",
            "--deviation",
            "62.5",
            "--out",
            own.resolve("out")),
        "of pixels from 0 to 1, found [125.3] and [62.5]",
        "divide");
  }

  @Test
  void aNameThatIsNoText() throws IOException {
    Path data = Pictures.draw(own.resolve("data"), 8);
    Files.move(data.resolve("train/red"), data.resolve("train/r\uFFFDd"));
    fails(train("--data", data), "has a name that cannot be read here", "LC_ALL=C.UTF-8");
  }

  @Test
  void dataWithoutATrainFolder() throws IOException {
    Path data = own.resolve("data");
    Files.createDirectories(data.resolve("red"));
    fails(train("--data", data), "train");
    fails(train("--data", own.resolve("nowhere")), "no data at", "nowhere");
  }

  @Test
  void aRateAtWhichTheLossIsNotANumber() {
    fails(train("--data", fixture.data(), "--rate", "1e30"), "diverged at step 1", "learning rate");
  }

  @Test
  void recipesThatMakeNoSense() {
    fails(train("--data", fixture.data(), "--ema", 2), "average's decay");
    fails(train("--data", fixture.data(), "--batch", 64), "24 training images", "--batch");
    fails(train("--data", fixture.data(), "--epochs", 0), "--epochs", "1 or more");
    fails(train("--data", fixture.data(), "--betas", "0.9"), "--betas", "0.9,0.95", "[0.9]");
    fails(train("--data", fixture.data(), "--betas", "0.9,1"), "beta2", "[0, 1)");
    fails(train("--data", fixture.data(), "--cooldown", 1), "cool-down", "warm-up of 0.1");
    fails(
        fixture.pretrain(own.resolve("x.safetensors"), 0, "--hold-out", "32x2,64x2"),
        "--hold-out",
        "64x2 is the full size");
  }

  @Test
  void otherClassesOrAnotherShape() {
    Path two = Pictures.draw(own.resolve("two"), 8, List.of("cold", "warm"));
    Path renamed = Pictures.draw(own.resolve("renamed"), 8, List.of("azure", "green", "red"));
    Path large = Pictures.draw(own.resolve("large"), 12);
    fails(eval(fixture.weights(), two), "3 classes", "has 2");
    fails(eval(fixture.weights(), renamed), "'blue'", "'azure'");
    fails(eval(fixture.weights(), large), "3x8x8", "3x12x12", "--image-size 8");
    fails(
        Command.run(
            "train",
            "--weights",
            fixture.weights(),
            "--data",
            large,
            "--batch",
            8,
            "--out",
            own.resolve("w")),
        "3x8x8",
        "3x12x12");
  }

  @Test
  void aPlaceThatCannotBeWritten() throws IOException {
    Path file = Files.writeString(own.resolve("file"), "");
    Path out = file.resolve("out.safetensors");
    fails(train("--data", fixture.data(), "--out", out), "cannot write", "file");
    fails(fixture.pretrain(out, 0), "cannot write", "file");
    fails(
        Command.run(
            "fit", "--templates", fixture.templates(), "--size", "32x1", "--no-fit", "--out", own),
        "it is a folder");
  }

  @Test
  void anOutputThatIsAnInput() throws IOException {
    Path weights = Files.copy(fixture.weights(), own.resolve("model.safetensors"));
    byte[] before = Files.readAllBytes(weights);
    Path link = Files.createSymbolicLink(own.resolve("link.safetensors"), weights);
    Path templates = fixture.templates();
    String also = "it is also what is read; choose another --out";
    fails(continued("--weights", weights, "--out", weights), "cannot write " + weights, also);
    fails(continued("--weights", link, "--out", own + "/./model.safetensors"), also);
    fails(fixture.pretrain(weights, 0, "--from", weights), also);
    fails(fixture.pretrain(weights, 0, "--teacher", weights), also);
    fails(fitTo(templates, templates, "32x1"), also);
    fails(fit(templates, "32x1", "--scalers-out", templates), also);
    fails(fit(templates, "32x1", "--scalers-out", own.resolve("out")), "another --scalers-out");
    fails(Command.run("export", weights, "--format", "timm", "--out", own), also);
    fails(
        Command.run(
            "import", weights, "--size", "32x1", "--mean", 0, "--deviation", 1, "--out", weights),
        also);
    assertThat(weights).hasBinaryContent(before);
  }

  @Test
  void optionsThatDoNothing() {
    fails(
        Command.run("plan", "--family", "resnet", "--patch", 2, "--head-size", 16),
        "--family resnet has no --patch, no --head-size");
    fails(Command.run("plan", "--stem", "imagenet"), "--family vit has no --stem");
    fails(
        Command.run("plan", "--preset", "deit_tiny_patch16_224", "--sharing", "stage"),
        "has no --sharing");
    fails(
        Command.run("plan", "--templates", fixture.templates(), "--patch", 2, "--classes", 4),
        "says what the model consists of; leave out --patch, --classes");
    fails(
        continued("--weights", fixture.weights(), "--head-size", 16, "--template-width", 16),
        "says what the model consists of; leave out --head-size, --template-width");
  }

  @Test
  void numbersThatCannotBeAreFoundBeforeAnythingIsTrained() {
    Path out = own.resolve("compare");
    Object[] compare = {"compare", "--data", fixture.data(), "--size", "64x2", "--out", out};
    Object[] unevenness = {"--sizes", "32x2", "--batch", 8, "--fit-images", 8, "--unevenness", 1};
    misunderstood(with(compare, unevenness), "--unevenness must be from 0 to below 1, found 1.0");
    fails(with(compare, "--test-images", -5), "--test-images", "found -5");
    assertThat(out.resolve("templates.safetensors")).doesNotExist();
  }

  private static Command with(Object[] usual, Object... more) {
    return Command.run(Stream.of(usual, more).flatMap(Stream::of).toArray());
  }

  private Command continued(Object... files) {
    Object[] usual = {"train", "--data", fixture.data(), "--epochs", 1, "--batch", 8};
    return with(usual, files);
  }

  @Test
  void optionsThatAreNotUnderstood() {
    misunderstood(Command.run("plan", "--nonsense"), "--nonsense");
    misunderstood(Command.run("nonsense"), "nonsense");
    misunderstood(Command.run("fit", "--templates", "t", "--size", "wide"), "'wide' is no size");
    misunderstood(Command.run("plan", "--max-params", "many"), "'many' is no amount");
    misunderstood(
        Command.run("fit", "--templates", fixture.templates(), "--size", "32x1"), "--data");
    misunderstood(Command.run("eval", "--weights", fixture.weights()), "--data");
    misunderstood(Command.run("train", "--data", fixture.data()), "--weights");
    misunderstood(Command.run("plan", "128"), "'128' is no size: expected WIDTHxDEPTH");
    misunderstood(train("--data", fixture.data(), "--threads", -3), "1 to 1024, found -3");
    misunderstood(train("--data", fixture.data(), "--threads", 100_000), "1 to 1024, found 100000");
  }

  @Test
  void optionsThatWouldBeOfNoUseAreRefused() {
    misunderstood(
        fit(fixture.templates(), "32x1", "--tuned", "--steps", 77, "--crop", 2, "--resume"),
        "--no-fit only composes; leave out --steps, --tuned, --crop, --resume");
    Object[] named = {"train", "--size", "32x1", "--data", "cifar10", "--offline"};
    fails(
        with(named, "--image-size", 16, "--grey", "--skip-images", 1),
        "cifar10 is read as it is; leave out --image-size, --grey, --skip-images");
    Object[] compare = {"compare", "--data", fixture.data(), "--out", own.resolve("compare")};
    fails(
        with(compare, "--train-images", 16, "--batch", 8, "--fit-images", 17),
        "--fit-images must be some of --train-images, at most 16, found 17");
    fails(with(compare, "--rate-of", "magic=0.1"), "no method is called 'magic'");
  }

  @Test
  void dataAreSaidToBeNeededWhereTheyAre() {
    misunderstood(Command.run("train", "--size", "32x1"), "Missing required option: '--data=DATA'");
    for (String command : List.of("pretrain", "train", "eval", "compare")) {
      assertThat(Command.run(command, "--help").out())
          .contains("--data=DATA")
          .doesNotContain("[--data=DATA]", "Needed, unless");
    }
    assertThat(Command.run("fit", "--help").out()).contains("[--data=DATA]", "Needed, unless");
  }

  private static void fails(Command command, String... parts) {
    assertThat(command.err()).startsWith("weit: ").doesNotContain("unexpected").contains(parts);
    assertThat(command.complaint().lines()).hasSize(1);
    assertThat(command.code()).isEqualTo(1);
  }

  private static void misunderstood(Command command, String part) {
    assertThat(command.err()).startsWith("weit: ").contains(part, "--help");
    assertThat(command.complaint().lines()).hasSizeLessThanOrEqualTo(3);
    assertThat(command.code()).isEqualTo(2);
  }

  private Command fit(Path templates, String size, Object... more) {
    return fitTo(own.resolve("out"), templates, size, more);
  }

  private static Command fitTo(Path out, Path templates, String size, Object... more) {
    Object[] usual = {"fit", "--templates", templates, "--size", size, "--no-fit", "--out", out};
    return with(usual, more);
  }

  private static Command eval(Path weights, Path data) {
    return Command.run("eval", "--weights", weights, "--data", data);
  }

  private Command train(Object... more) {
    List<Object> all =
        new ArrayList<>(List.of("train", "--size", "32x1", "--epochs", 1, "--batch", 8));
    all.addAll(List.of("--out", own.resolve("out")));
    for (int i = 0; i < more.length; i += 2) {
      int at = all.indexOf(more[i]);
      if (at >= 0) {
        all.set(at + 1, more[i + 1]);
      } else {
        all.addAll(List.of(more[i], more[i + 1]));
      }
    }
    return Command.run(all.toArray());
  }
}
