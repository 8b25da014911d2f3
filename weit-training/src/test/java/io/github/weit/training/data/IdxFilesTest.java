package io.github.weit.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.WeitException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFilesTest {
  @TempDir Path temp;
  private final ImageSet set = TestImages.random(6, 3, 1, 2, 3);
  private Path images;
  private Path labels;

  @BeforeEach
  void paths() {
    images = temp.resolve("images-idx3-ubyte");
    labels = temp.resolve("labels-idx1-ubyte");
  }

  private static byte[] idx(int magic, int[] sizes, int payload) {
    ByteBuffer out = ByteBuffer.allocate(4 + 4 * sizes.length + payload).putInt(magic);
    for (int size : sizes) {
      out.putInt(size);
    }
    return out.array();
  }

  private void refused(byte[] imageBytes, byte[] labelBytes, String... parts) throws IOException {
    Files.write(images, imageBytes);
    Files.write(labels, labelBytes);
    assertThatThrownBy(() -> IdxFiles.read(images, labels, "x", List.of("a", "b")))
        .isInstanceOf(WeitException.class)
        .message()
        .contains(parts);
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    IdxFiles.write(set, images, labels);
    assertThat(IdxFiles.read(images, labels, "x", set.classes()).sha256()).isEqualTo(set.sha256());
  }

  @Test
  void rawAndGzippedFilesAreToldApartByContent() throws IOException {
    byte[] raw = idx(0x803, new int[] {2, 1, 2}, 4);
    raw[16] = 9;
    raw[19] = (byte) 200;
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(raw);
    }
    byte[] two = idx(0x801, new int[] {2}, 2);
    two[9] = 1;
    Files.write(labels, two);
    Files.write(images, raw);
    ImageSet plain = IdxFiles.read(images, labels, "x", List.of("a", "b"));
    Files.write(images, zipped.toByteArray());
    assertThat(IdxFiles.read(images, labels, "x", List.of("a", "b")).sha256())
        .isEqualTo(plain.sha256());
    assertThat(plain.label(1)).isEqualTo(1);
    assertThat(TestImages.image(plain, 1)).containsExactly(0, (byte) 200);
  }

  @Test
  void everyWrongFileHasItsMessage() throws IOException {
    byte[] good = idx(0x803, new int[] {2, 1, 1}, 2);
    byte[] two = idx(0x801, new int[] {2}, 2);
    refused(two, two, "no IDX file of images", "0x00000803, found 0x00000801");
    refused(good, good, "no IDX file of labels", "0x00000801, found 0x00000803");
    refused(Arrays.copyOf(good, 17), two, "promises 2 bytes, it holds 1");
    refused(Arrays.copyOf(good, 19), two, "promises 2 bytes, it holds more");
    refused(Arrays.copyOf(good, 7), two, "too short for an IDX header");
    refused(new byte[0], two, "too short for an IDX header");
    refused(good, idx(0x801, new int[] {3}, 3), "holds 2 images", "holds 3 labels");
    refused(idx(0x803, new int[] {2, -1, 1}, 2), two, "size -1 of dimension 1");
    refused(
        idx(0x803, new int[] {2, 1 << 30, 1 << 30}, 2),
        two,
        "size 1073741824 of dimension 2 is not possible");
    refused(idx(0x803, new int[] {0, 1, 1}, 0), two, "size 0 of dimension 0");
    two[8] = 2;
    refused(good, two, "image 0 has label 2, expected 0 to 1");
  }

  @Test
  void aHugeClaimDoesNotAllocate() throws IOException {
    byte[] two = idx(0x801, new int[] {2_000_000_000}, 2);
    refused(two, two, "promises 2000000000 bytes, it holds 2");
  }

  @Test
  void damagedGzipAndMissingFilesAreNamed() throws IOException {
    IdxFiles.write(set, images, labels);
    byte[] cut = Arrays.copyOf(Files.readAllBytes(images), 30);
    refused(cut, Files.readAllBytes(labels), images.toString(), "fetch it again");
    Files.delete(images);
    assertThatThrownBy(() -> IdxFiles.read(images, labels, "x", List.of("a")))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("No such file")
        .hasMessageContaining(images.toString());
  }

  @Test
  void colourImagesAreNotWritten() {
    assertThatThrownBy(() -> IdxFiles.write(TestImages.random(2, 2, 3, 1, 1), images, labels))
        .isInstanceOf(WeitException.class);
  }
}
