package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.weit.core.artefact.Artefact;
import io.github.weit.core.checkpoint.CheckpointStore;
import io.github.weit.core.files.AtomicFile;
import io.github.weit.core.files.DType;
import io.github.weit.core.files.Hashes;
import io.github.weit.core.files.SafeTensorsWriter;
import io.github.weit.core.files.TensorData;
import io.github.weit.training.data.CifarBinaries.Variant;
import io.github.weit.training.data.IdxFiles;
import io.github.weit.training.data.ImageFolderOptions;
import io.github.weit.training.data.ImageFolders;
import io.github.weit.training.data.ImageSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code weit inspect} says of things that are whole. */
class InspectTest {

  @TempDir static Path shared;
  @TempDir Path own;

  private static Fixture fixture;

  @BeforeAll
  static void pretrain() {
    fixture = Fixture.make(shared);
  }

  private static String inspect(Object... arguments) {
    Object[] all = Stream.concat(Stream.of("inspect"), Stream.of(arguments)).toArray();
    Command command = Command.run(all);
    assertThat(command).extracting(Command::code, Command::err).containsExactly(0, "");
    return command.out();
  }

  @Test
  void imagesHaveTheHashThatIsInTheProvenanceOfWhatWasLearntFromThem() throws IOException {
    String hash = Artefact.inspect(fixture.templates()).provenance().get("data.sha256");
    Path zip = zip(fixture.data());
    for (Path source : List.of(fixture.data(), zip)) {
      assertThat(inspect(source))
          .contains(hash, "/train\n", "/test\n", "3x8x8")
          .containsPattern("images +24")
          .containsPattern("images +12")
          .containsPattern("blue +8")
          .containsPattern("red +4");
    }
    assertThat(inspect(fixture.data().resolve("train"))).contains(hash).doesNotContain("test");
  }

  private Path zip(Path folder) throws IOException {
    Path zip = own.resolve("data.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip));
        Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new ZipEntry(folder.relativize(file).toString().replace('\\', '/')));
        Files.copy(file, out);
      }
    }
    return zip;
  }

  @Test
  void imagesAreReadAsTheOptionsSay() throws IOException {
    Path data = Pictures.draw(own.resolve("photos"), 8);
    Files.writeString(data.resolve("train/red/broken.png"), "no picture");
    Command command = Command.run("inspect", data, "--skip-images", 1, "--grey", "--image-size", 4);
    assertThat(command.code()).isZero();
    assertThat(command.out()).contains("1x4x4", "photos/train[1 unreadable image skipped]");
    assertThat(command.err()).contains("train/red/broken.png", "1 unreadable image skipped");
  }

  @Test
  void idxFilesAreDescribedAloneAndInPairs() throws IOException {
    ImageSet set =
        ImageFolders.read(
            fixture.data(), "x", ImageFolderOptions.GREY.withSize(5, 6).withSubPath("train"));
    Path images = own.resolve("images.gz");
    Path labels = own.resolve("labels.gz");
    IdxFiles.write(set, images, labels);
    assertThat(inspect(images)).contains("images of an IDX pair", "24", "1x5x6");
    assertThat(inspect(labels)).contains("labels of an IDX pair", Hashes.sha256(labels));
    String hash = IdxFiles.read(images, labels, "x", List.of("0", "1", "2")).sha256();
    assertThat(inspect(images, labels)).contains(hash).containsPattern("2 +8");
    String more = IdxFiles.read(images, labels, "x", 4).sha256();
    assertThat(inspect(images, labels, "--classes=4"))
        .contains(more)
        .containsPattern("3 +0")
        .doesNotContain(hash);
  }

  @Test
  void binariesOfCifarAreToldApartByTheSizeOfTheirRecords() throws IOException {
    Path ten = Files.write(own.resolve("data_batch_1.bin"), new byte[2 * 3073]);
    Path hundred = Files.write(own.resolve("train.bin"), new byte[3074]);
    assertThat(inspect(ten, ten)).containsPattern("images +4").containsPattern("airplane +4");
    assertThat(inspect(hundred))
        .containsPattern(Variant.CIFAR100_FINE.classes().get(0) + " +1")
        .containsPattern("classes +100");
  }

  @Test
  void dataSetsThatWereFetchedAreFoundByTheirNames() throws IOException {
    Path folder = Files.createDirectories(own.resolve("cifar100/cifar-100-binary"));
    Files.write(folder.resolve("train.bin"), new byte[2 * 3074]);
    Files.write(folder.resolve("test.bin"), new byte[3074]);
    assertThat(inspect("cifar100", "--data-folder", own))
        .contains("cifar100/train", "cifar100/test");
  }

  @Test
  void plainSafetensorsAreListed() {
    Path file = own.resolve("plain.safetensors");
    TensorData tensor =
        new TensorData("layer.weight", DType.F32, List.of(2L, 3L), ByteBuffer.allocate(24));
    SafeTensorsWriter.write(file, Map.of("note", "a\u001b[31m\nb"), List.of(tensor));
    assertThat(inspect(file))
        .contains("not of this library", "layer.weight", "F32", "[2, 3]", Hashes.sha256(file))
        .containsPattern("note +a \\[31m, b");
  }

  @Test
  void checkpointsAreListedAndTheNewestOneSaysWhatTheRunIs() throws IOException {
    Path folder = own.resolve("run.checkpoints");
    CheckpointStore store = new CheckpointStore(folder, 3);
    Path first = save(store, 7);
    save(store, 9);
    assertThat(inspect(folder))
        .containsSubsequence("step-000000009", "whole", "step-000000007", "whole", "as of step 9")
        .containsPattern("seed +3");
    assertThat(inspect(first)).contains("as of step 7").doesNotContain("000000009");
    Files.writeString(first.resolve("state"), "stata");
    Files.createDirectories(folder.resolve("step-000000011"));
    Command command = Command.run("inspect", folder);
    assertThat(command.code()).isEqualTo(1);
    assertThat(command.out()).contains("as of step 9", "is incomplete", "is damaged");
    assertThat(command.complaint().lines())
        .singleElement()
        .asString()
        .contains("2 of 3 checkpoints cannot be used", "step-000000011 is incomplete");
  }

  private static Path save(CheckpointStore store, long step) {
    return store.save(
        step, Map.of("seed", "3"), Map.of("state", path -> AtomicFile.writeText(path, "state")));
  }

  @Test
  void namesThatLookLikeMarkupAreShownAsTheyAre() throws IOException {
    Path file = Files.write(own.resolve("@|nocolour x|@.safetensors"), new byte[3]);
    Command command = Command.run("inspect", file);
    assertThat(command.code()).isEqualTo(1);
    assertThat(command.complaint()).contains("@|nocolour x|@.safetensors: too short");
  }
}
