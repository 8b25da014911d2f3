package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.core.files.Hashes;
import io.github.weit.training.data.PackedImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packed images serve in place of those that they were made of. */
class PackTest {

  @TempDir Path own;

  private static Command run(String command, Path data, Path out, Object... more) {
    Object[] usual = {command, "--data", data, "--out", out};
    return Command.run(Stream.of(usual, more).flatMap(Stream::of).toArray());
  }

  private static Command pretrain(Path data, Path out) {
    Object[] few = {"--size", "64x1", "--pretrain-steps", 2, "--pretrain-batch", 8};
    return run("pretrain", data, out, few);
  }

  private static void fails(Command command, String... words) {
    assertThat(command.code()).isEqualTo(1);
    assertThat(command.err()).hasLineCount(1).contains(words);
  }

  @Test
  void whatIsLearntFromThemIsTheSameFile() {
    Path data = Pictures.draw(own.resolve("photos"), 8);
    Path packed = own.resolve("packed.safetensors");
    Command pack = run("pack", data, packed);
    assertThat(pack).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(pack.out()).contains("photos/train: 24 images", "photos/test: 12", packed + ", ");
    Path fromFolder = own.resolve("folder-templates.safetensors");
    Path fromPacked = own.resolve("packed-templates.safetensors");
    assertThat(pretrain(data, fromFolder).code()).isZero();
    assertThat(pretrain(packed, fromPacked).code()).isZero();
    assertThat(Hashes.sha256(fromPacked)).isEqualTo(Hashes.sha256(fromFolder));
    Path weights = own.resolve("weights.safetensors");
    Object[] fit = {"--templates", fromPacked, "--size", "32x1", "--no-fit"};
    assertThat(run("fit", packed, weights, fit).code()).isZero();
    String fromImages = Command.run("eval", "--weights", weights, "--data", data).out();
    assertThat(Command.run("eval", "--weights", weights, "--data", packed).out())
        .isEqualTo(fromImages);
  }

  @Test
  void theyAreWhatTheFolderHolds() throws IOException {
    Path data = Pictures.draw(own.resolve("photos"), 8);
    Files.writeString(data.resolve("train/red/broken.png"), "no picture");
    Object[] options = {"--image-size", 6, "--grey", "--skip-images", 1};
    Path file = own.resolve("new/packed.safetensors");
    Command pack = run("pack", data, file, options);
    assertThat(pack.code()).isZero();
    assertThat(pack.err()).contains("train/red/broken.png");
    assertThat(pack.out()).contains("photos/train[1 unreadable image skipped]", "1x6x6");
    assertThat(file.getParent()).isDirectoryContaining(file::equals);
    String folder =
        Command.run("inspect", data, "--image-size", 6, "--grey", "--skip-images", 1).out();
    String packed = Command.run("inspect", file).out();
    assertThat(packed.lines().skip(1).sorted()).isEqualTo(folder.lines().skip(1).sorted().toList());
    fails(
        run("pretrain", file, own.resolve("x.safetensors"), "--grey", "--image-size", 6),
        "is read as it is",
        "--image-size, --grey");
  }

  @Test
  void thereNeedBeNoTestImages() throws IOException {
    Path data = Pictures.draw(own.resolve("photos"), 8);
    Path file = own.resolve("packed.safetensors");
    Files.move(data.resolve("test"), own.resolve("elsewhere"));
    Command pack = run("pack", data, file);
    assertThat(pack.out()).contains("photos has no test images", "photos/train: 24 images");
    assertThat(PackedImages.parts(file)).containsExactly("train");
    Path templates = own.resolve("templates.safetensors");
    assertThat(pretrain(file, templates).code()).isZero();
    Path weights = own.resolve("weights.safetensors");
    Object[] fit = {"--templates", templates, "--size", "32x1", "--no-fit"};
    assertThat(run("fit", file, weights, fit).code()).isZero();
    fails(
        Command.run("eval", "--weights", weights, "--data", file),
        "holds no images of the part 'test'");
  }

  @Test
  void whatCannotBePacked() throws IOException {
    Path file = own.resolve("packed.safetensors");
    Path data = Pictures.draw(own.resolve("photos"), 8);
    fails(run("pack", own.resolve("none"), file), "no data at");
    fails(run("pack", data, own.resolve("x.bin")), ".safetensors");
    Path large = Pictures.draw(own.resolve("large"), 12);
    Files.move(data.resolve("test"), own.resolve("elsewhere"));
    fails(run("pack", data.resolve("train"), file), "No class folders");
    Files.move(large.resolve("test"), data.resolve("test"));
    fails(run("pack", data, file), "3x8x8", "3x12x12", "--image-size");
    Files.move(data.resolve("test/red"), data.resolve("test/violet"));
    fails(run("pack", data, file), "violet");
    assertThat(file).doesNotExist();
  }
}
