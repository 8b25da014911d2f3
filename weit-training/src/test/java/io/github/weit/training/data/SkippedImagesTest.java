package io.github.weit.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SkippedImagesTest {

  private static final byte[] BAD = "no image".getBytes(StandardCharsets.UTF_8);

  @TempDir Path root;

  private void good(String name, int side, int value) throws IOException {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_3BYTE_BGR);
    for (int p = 0; p < side * side; p++) {
      image.setRGB(p % side, p / side, value);
    }
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    ImageIO.write(image, "png", file.toFile());
  }

  private void bad(String name) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, BAD);
  }

  private ImageSet read(int skippable) {
    return ImageFolders.read(root, "x", ImageFolderOptions.COLOUR.withSkippable(skippable));
  }

  @Test
  void whatRemainsIsTheSetWithoutThem() throws IOException {
    good("cat/2.png", 3, 20);
    good("cat/4.png", 3, 40);
    good("dog/1.png", 3, 50);
    String without = read(0).sha256();
    bad("cat/1.png");
    bad("cat/3.png");
    bad("dog/2.png");

    ImageSet set = read(3);

    assertThat(set.sha256()).isEqualTo(without);
    assertThat(set.classCounts()).containsExactly(2, 1);
    assertThat(set.id()).isEqualTo("x[3 unreadable images skipped]");
    assertThat(TestImages.image(set, 1)[18]).isEqualTo((byte) 40);
  }

  @Test
  void anImageThatCannotBeOpenedIsUnreadableToo() throws IOException {
    good("cat/1.png", 3, 20);
    good("cat/3.png", 3, 40);
    Files.createSymbolicLink(root.resolve("cat/2.png"), Path.of("gone.png"));
    Files.createSymbolicLink(root.resolve("cat/notes.txt"), Path.of("gone.txt")); // no image
    assertThatThrownBy(() -> read(0))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("Cannot read image " + root + "!cat/2.png")
        .hasMessageContaining("not there, or a link to nothing");
    assertThat(read(1).id()).isEqualTo("x[1 unreadable image skipped]");
    Files.createSymbolicLink(root.resolve("cat/4.png"), Path.of("4.png")); // to itself
    assertThat(read(2).size()).isEqualTo(2);
  }

  /** Threads put images where they come, and the set has them in the order of their names. */
  @Test
  void imagesOutsideOfTheHeapAreTheSame(@TempDir Path pixels) throws IOException {
    for (int i = 0; i < 60; i++) {
      good("class%d/%d.png".formatted(i % 3, i), i % 10 == 0 ? 200 : 3, i);
    }
    bad("class1/x.png");
    ImageFolderOptions options = ImageFolderOptions.COLOUR.withSize(4, 5).withSkippable(1);
    ImageSet onHeap = ImageFolders.read(root, "x", options);
    ImageSet outside = ImageFolders.read(root, "x", options.withPixelFolder(pixels));
    assertThat(outside.sha256()).isEqualTo(onHeap.sha256());
    assertThat(outside).hasToString(onHeap.toString());
    assertThat(pixels).isEmptyDirectory();
    assertThatThrownBy(
            () -> ImageFolders.read(root, "x", options.withSkippable(0).withPixelFolder(pixels)))
        .hasMessageContaining("class1/x.png");
    assertThat(pixels).isEmptyDirectory();
    assertThatThrownBy(
            () -> ImageFolders.read(root, "x", options.withPixelFolder(pixels.resolve("none"))))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("cannot keep images in a file in");
  }

  @Test
  void aReadingWhoseThreadIsInterruptedBlamesNeitherImagesNorRoom(@TempDir Path pixels)
      throws IOException {
    good("cat/1.png", 3, 20);
    good("cat/2.png", 3, 40);
    try (PixelSink sink = new PixelSink.Unnamed(pixels)) {
      for (Runnable reading : List.<Runnable>of(() -> read(0), () -> sink.put(BAD))) {
        Thread.currentThread().interrupt();
        assertThatThrownBy(reading::run)
            .isInstanceOf(WeitException.class)
            .hasMessage("Interrupted while reading images");
        assertThat(Thread.interrupted()).isTrue(); // for whoever asked for it
      }
    }
  }

  @Test
  void aSetThatIsWholeSaysNothing() throws IOException {
    good("cat/1.png", 3, 20);
    assertThat(read(5).id()).isEqualTo("x");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void theFirstOneTooManyIsNamed(int most) throws IOException {
    good("cat/0.png", 3, 20);
    bad("cat/1.png");
    good("cat/2.png", 3, 20);
    bad("dog/3.png");
    good("dog/4.png", 3, 20);
    bad("dog/5.png");
    String[] names = {"cat/1.png", "dog/3.png", "dog/5.png"};
    assertThatThrownBy(() -> read(most))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("Cannot read image " + root + "!" + names[most])
        .message()
        .matches(
            message -> most == 0 ? !message.contains("skipped") : message.contains("(" + most));
  }

  @Test
  void theFirstThatCanBeReadDecidesTheSize() throws IOException {
    bad("cat/1.png");
    bad("cat/2.png");
    good("cat/3.png", 5, 20);
    good("cat/4.png", 5, 20);
    assertThat(read(2).height()).isEqualTo(5);
    good("cat/5.png", 4, 20);
    assertThatThrownBy(() -> read(2))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("cat/5.png is 4x4")
        .hasMessageContaining("cat/3.png is 5x5");
  }

  @Test
  void anotherSizeIsNoReasonToSkip() throws IOException {
    good("cat/1.png", 3, 20);
    good("cat/2.png", 4, 20);
    assertThatThrownBy(() -> read(9)).hasMessageContaining("name a size");
  }

  @Test
  void aClassOfWhichNothingIsLeftIsAnError() throws IOException {
    bad("cat/1.png");
    bad("cat/2.png");
    good("dog/1.png", 3, 20);
    assertThatThrownBy(() -> read(2))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("Class folder cat")
        .hasMessageContaining("no image that can be read, all 2 were skipped");
    Files.delete(root.resolve("dog/1.png"));
    bad("dog/1.png");
    assertThatThrownBy(() -> read(3)).hasMessageContaining("Class folder cat");
  }

  @Test
  void aHostileSourceIsNoReasonToSkip() throws IOException {
    Path zip = root.resolve("x.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("cat/../../1.png"));
      out.write(BAD);
    }
    assertThatThrownBy(
            () -> ImageFolders.read(zip, "x", ImageFolderOptions.COLOUR.withSkippable(9)))
        .hasMessageContaining("leaves the archive");
  }

  /** Small and large ones, so that threads finish in another order than they began. */
  @Test
  void manyAreSkippedAlikeAtEveryReading() throws IOException {
    Seed seed = new Seed(3);
    int skipped = 0;
    for (int i = 0; i < 120; i++) {
      boolean isBad = seed.child(i).generator().nextInt(3) == 0;
      skipped += isBad ? 1 : 0;
      String name = "class%d/%d.png".formatted(i % 3, i);
      if (isBad) {
        bad(name);
      } else {
        good(name, i % 10 == 0 ? 200 : 2, i);
      }
    }
    ImageFolderOptions options = ImageFolderOptions.COLOUR.withSize(2, 2).withSkippable(skipped);
    ImageSet set = ImageFolders.read(root, "x", options);
    assertThat(set.size()).isEqualTo(120 - skipped);
    for (int i = 0; i < 3; i++) {
      assertThat(ImageFolders.read(root, "x", options).sha256()).isEqualTo(set.sha256());
      ImageFolderOptions fewer = options.withSkippable(skipped - 1);
      assertThatThrownBy(() -> ImageFolders.read(root, "x", fewer))
          .hasMessageContaining("(%d had been skipped".formatted(skipped - 1))
          .hasMessageContaining("class2/");
    }
  }
}
