package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.models.SizedModel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights that are trained on images of another size or colour than those they are of. */
class AdaptTest {

  @TempDir static Path shared;
  @TempDir Path own;

  private static Fixture fixture;

  @BeforeAll
  static void pretrain() {
    fixture = Fixture.make(shared);
  }

  private Command train(Path data, Object... more) {
    Object[] usual = {
      "train",
      "--weights",
      fixture.weights(),
      "--data",
      data,
      "--epochs",
      1,
      "--batch",
      8,
      "--rate",
      1e-9,
      "--out",
      own.resolve("trained.safetensors")
    };
    return Command.run(Stream.of(usual, more).flatMap(Stream::of).toArray());
  }

  private Map<String, String> provenance() {
    return Artefact.inspect(own.resolve("trained.safetensors")).provenance();
  }

  @Test
  void aFinerResolutionKeepsTheHeadAndTheNormalisation() {
    Path large = Pictures.draw(own.resolve("large"), 12);
    assertThat(train(large).complaint())
        .contains("3x8x8", "3x12x12", "--image-size 8 resizes; --adapt makes the weights fit them");
    Command adapted = train(large, "--adapt");
    assertThat(adapted).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(adapted.out())
        .contains("(32x1) for images of 3x12x12: adapted: pos_embed; fresh: nothing; 19 others");
    assertThat(provenance())
        .containsEntry("adapted", "pos_embed")
        .doesNotContainKey("fresh")
        .containsEntry(
            "data.normalisation",
            Artefact.inspect(fixture.weights()).provenance().get("data.normalisation"));
    try (NDManager manager = WeitEngine.newManager(Device.cpu());
        SizedModel before = SizedModel.load(fixture.weights(), manager);
        SizedModel after = SizedModel.load(own.resolve("trained.safetensors"), manager)) {
      assertThat(after.weights().get("pos_embed").getShape().getShape()).containsExactly(1, 10, 32);
      float[] head = before.weights().get("head.weight").toFloatArray();
      float[] kept = after.weights().get("head.weight").toFloatArray();
      for (int i = 0; i < head.length; i++) {
        assertThat(kept[i]).isCloseTo(head[i], within(1e-6f));
      }
    }
    assertThat(
            Command.run("eval", "--weights", own.resolve("trained.safetensors"), "--data", large))
        .extracting(Command::code)
        .isEqualTo(0);
  }

  @Test
  void greyImagesAndOtherClassesHaveANormalisationOfTheirOwn() {
    Command grey = train(fixture.data(), "--grey", "--adapt");
    assertThat(grey).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(grey.out()).contains("1x8x8: adapted: patch_embed.proj.weight; fresh: nothing;");
    assertThat(provenance().get("data.normalisation")).containsPattern("^mean=[0-9.]+;");

    Path two = Pictures.draw(own.resolve("two"), 12, List.of("cold", "warm"));
    Command others = train(two, "--adapt");
    assertThat(others.out()).contains("adapted: pos_embed; fresh: head.weight, head.bias;");
    assertThat(provenance())
        .containsEntry("fresh", "head.weight head.bias")
        .containsEntry("data.classes", "cold\nwarm");
  }

  @Test
  void whatFitsAlreadyIsLeftAlone() {
    Command command = train(fixture.data(), "--adapt");
    assertThat(command).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(command.out()).contains("start: all 20 weights of ");
    assertThat(provenance()).doesNotContainKey("adapted");
    Command random = Command.run("train", "--size", "32x1", "--adapt", "--data", fixture.data());
    assertThat(random.complaint()).contains("--adapt is of --weights");
  }

  @Test
  void anImageThatPatchesDoNotFillIsRefused() {
    Path odd = Pictures.draw(own.resolve("odd"), 10);
    assertThat(train(odd, "--adapt").complaint())
        .contains("multiple of the patch size", "10 and 4");
  }

  @Test
  void oblongPicturesFitNoModel() throws IOException {
    Path oblong = Pictures.draw(own.resolve("oblong"), 12);
    try (Stream<Path> files = Files.walk(oblong)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        ImageIO.write(new BufferedImage(12, 8, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
      }
    }
    assertThat(train(oblong, "--adapt").complaint())
        .contains("models take square images, found 8x12; use --image-size");
    assertThat(train(oblong).complaint())
        .contains("--image-size 8 resizes")
        .doesNotContain("--adapt");
  }
}
