package io.github.weit.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.core.files.DType;
import io.github.weit.core.files.SafeTensorsReader;
import io.github.weit.core.files.SafeTensorsWriter;
import io.github.weit.core.files.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedImagesTest {

  @TempDir Path folder;

  private final ImageSet train = TestImages.random(11, 3, 3, 4, 5);
  private final ImageSet test = TestImages.random(4, 3, 3, 4, 5);

  private Path packed() {
    Path file = folder.resolve("x.safetensors");
    PackedImages.write(file, Map.of("train", train, "test", test));
    return file;
  }

  private static void assertSame(ImageSet found, ImageSet expected) {
    assertThat(found.sha256()).isEqualTo(expected.sha256());
    assertThat(found).hasToString(expected.toString());
    assertThat(found.classes()).isEqualTo(expected.classes());
    for (int i = 0; i < expected.size(); i++) {
      assertThat(TestImages.image(found, i)).isEqualTo(TestImages.image(expected, i));
      assertThat(found.label(i)).isEqualTo(expected.label(i));
    }
  }

  @Test
  void whatIsReadIsWhatWasWritten() {
    Path file = packed();
    assertThat(PackedImages.is(file)).isTrue();
    assertThat(PackedImages.parts(file)).containsExactly("test", "train");
    assertSame(PackedImages.read(file, "train"), train);
    assertSame(PackedImages.read(file, "test"), test);
    assertThatThrownBy(() -> PackedImages.read(file, "other"))
        .isInstanceOf(NoImagesException.class)
        .hasMessageContaining("x.safetensors holds no images of the part 'other'");
  }

  @Test
  void partsOfASetAreThoseOfTheHeap() {
    ImageSet read = PackedImages.read(packed(), "train");
    assertSame(read.subset(5, new Seed(3)), train.subset(5, new Seed(3)));
    assertSame(read.head(3).select("x", 2, 0, 2), train.head(3).select("x", 2, 0, 2));
    assertThat(read.histogram()).isDeepEqualTo(train.histogram());
  }

  @Test
  void aSetOutlivesItsFile() throws IOException {
    Path file = packed();
    ImageSet read = PackedImages.read(file, "train");
    PackedImages.write(file, Map.of("train", test));
    Files.delete(file);
    assertSame(read, train);
  }

  /** As many to a part as fit it; here two, so that the last of three parts is not full. */
  @Test
  void imagesAreFoundInWhateverPartTheyAre() {
    int bytes = test.imageBytes();
    List<ByteBuffer> parts = new ArrayList<>();
    for (int first = 0; first < 5; first += 2) {
      ByteBuffer part = ByteBuffer.allocate(Math.min(2, 5 - first) * bytes);
      for (int i = first; i < Math.min(5, first + 2); i++) {
        part.put(TestImages.image(train, i));
      }
      parts.add(part.flip());
    }
    Pixels pixels = new Pixels.Mapped(parts, 2, bytes, new int[] {4, 0, 3});
    byte[] found = new byte[bytes + 1];
    pixels.copy(0, found, 1);
    assertThat(found).endsWith(TestImages.image(train, 4));
    Pixels chosen = pixels.select(2, 1);
    assertThat(chosen.count()).isEqualTo(2);
    chosen.copy(0, found, 1);
    assertThat(found).endsWith(TestImages.image(train, 3));
    assertThat(Pixels.Mapped.imagesPerPart(3 * 1024)).isEqualTo((1 << 30) / 3072);
    assertThat(Pixels.Mapped.imagesPerPart(Integer.MAX_VALUE - 8)).isEqualTo(1);
  }

  @Test
  void aFileOfSeveralTensorsIsReadInTheirOrder() {
    Path file = folder.resolve("x.safetensors");
    Map<String, TensorData> tensors = tensors(train, 4);
    SafeTensorsWriter.write(file, facts(train), List.copyOf(tensors.values()));
    assertSame(PackedImages.read(file, "train"), train);
  }

  /** What a part of so many images to a tensor is made of. */
  private static Map<String, TensorData> tensors(ImageSet set, int perTensor) {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    ByteBuffer labels = ByteBuffer.allocate(4 * set.size()).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    IntStream.range(0, set.size()).forEach(i -> labels.putInt(set.label(i)));
    put(tensors, "train.labels", DType.I32, List.of((long) set.size()), labels.flip());
    for (int first = 0; first < set.size(); first += perTensor) {
      int count = Math.min(perTensor, set.size() - first);
      ByteBuffer pixels = ByteBuffer.allocate(count * set.imageBytes());
      for (int i = 0; i < count; i++) {
        pixels.put(TestImages.image(set, first + i));
      }
      List<Long> shape =
          Stream.of(count, set.channels(), set.height(), set.width()).map(Long::valueOf).toList();
      put(tensors, "train.pixels.0000" + first / perTensor, DType.U8, shape, pixels.flip());
    }
    return tensors;
  }

  private static void put(
      Map<String, TensorData> tensors, String name, DType type, List<Long> shape, ByteBuffer data) {
    tensors.put(name, new TensorData(name, type, shape, data));
  }

  private static Map<String, String> facts(ImageSet set) {
    return Map.of(
        "format",
        "weit-images-1",
        "train.id",
        set.id(),
        "train.classes",
        String.join("\n", set.classes()),
        "train.sha256",
        set.sha256());
  }

  private void refused(
      Map<String, String> facts, Map<String, TensorData> tensors, String... words) {
    Path file = folder.resolve("bad.safetensors");
    SafeTensorsWriter.write(file, facts, List.copyOf(tensors.values()));
    assertThatThrownBy(() -> PackedImages.read(file, "train"))
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll(words)
        .hasMessageContaining("bad.safetensors");
  }

  @Test
  void whatIsNotWholeIsRefused() {
    for (String name : tensors(train, 4).keySet()) {
      Map<String, TensorData> fewer = tensors(train, 4);
      fewer.remove(name);
      refused(facts(train), fewer, "damaged", name, "found none");
    }
    Map<String, TensorData> short_ = tensors(train, 4);
    short_.put("train.pixels.00001", tensors(train, 3).get("train.pixels.00001"));
    refused(
        facts(train), short_, "damaged", "train.pixels.00001 is [3, 3, 4, 5], not [4, 3, 4, 5]");
    Map<String, TensorData> otherType = tensors(train, 4);
    put(otherType, "train.labels", DType.U8, List.of(11L), ByteBuffer.allocate(11));
    refused(facts(train), otherType, "train.labels of type I32");
    refused(facts(test), tensors(train, 4), "not those that its hash is of");
    Map<String, String> newer = new LinkedHashMap<>(facts(train));
    newer.put("format", "weit-images-2");
    refused(newer, tensors(train, 4), "'weit-images-2'", "use a newer one");
    refused(Map.of(), tensors(train, 4), "expected packed images");
  }

  /** Every byte of the pixels counts. */
  @Test
  void aChangedByteIsFound() throws IOException {
    Path file = packed();
    long end;
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      end = reader.tensors().get("train.pixels.00000").end();
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    assertThat(end).isPositive();
    Files.write(file, bytes);
    assertThatThrownBy(() -> PackedImages.read(file, "train"))
        .hasMessageContaining("'train' is damaged")
        .hasMessageContaining("pack the images again");
  }

  @Test
  void otherFilesAreNone() throws IOException {
    Path other = folder.resolve("other.safetensors");
    SafeTensorsWriter.write(other, Map.of("format", "pt"), List.<TensorData>of());
    assertThat(PackedImages.is(other)).isFalse();
    assertThat(PackedImages.is(folder)).isFalse();
    assertThat(PackedImages.is(Files.writeString(folder.resolve("x.txt"), "x"))).isFalse();
    assertThatThrownBy(() -> PackedImages.parts(other)).hasMessageContaining("expected packed");
  }
}
