package io.github.weit.core.files;

import static io.github.weit.core.files.Raw.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.WeitException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeTensorsReaderTest {

  @TempDir Path folder;

  @Test
  void readsAFileWrittenByHand() {
    byte[] bytes =
        Raw.file(
            " {\"late\":{\"data_offsets\":[8,16],\"shape\":[2],\"dtype\":\"F32\"},"
                + "\"__metadata__\":{\"z\":\"\u00e9\\u00e9\",\"a\":\"\"},"
                + entry("early", "I64", "[]", 0, 8)
                + "}\n\t  ",
            16);
    ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    data.putLong(bytes.length - 16, -5).putFloat(bytes.length - 8, 1.5f);
    data.putFloat(bytes.length - 4, -0.25f);
    Path file = Raw.write(folder.resolve("hand.safetensors"), bytes);

    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      assertThat(reader.metadata()).containsExactly(entryOf("z", "\u00e9\u00e9"), entryOf("a", ""));
      assertThat(reader.tensors().values())
          .containsExactly(
              new TensorInfo("early", DType.I64, List.of(), 0, 8),
              new TensorInfo("late", DType.F32, List.of(2L), 8, 16));
      assertThat(reader.read("early").getLong()).isEqualTo(-5);
      ByteBuffer late = reader.read("late");
      assertThat(late.isReadOnly()).isTrue();
      assertThat(late.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
      assertThat(late.getFloat()).isEqualTo(1.5f);
      assertThat(late.getFloat()).isEqualTo(-0.25f);
      assertThat(late.hasRemaining()).isFalse();
    }
  }

  private static Map.Entry<String, String> entryOf(String key, String value) {
    return Map.entry(key, value);
  }

  @Test
  void acceptsAFileWithoutTensors() {
    Path file = Raw.write(folder.resolve("none.safetensors"), Raw.file("{}", 0));
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      assertThat(reader.tensors()).isEmpty();
      assertThat(reader.metadata()).isEmpty();
    }
  }

  @Test
  void emptyTensorsMayShareTheirPlaceWithOthers() {
    String header =
        "{"
            + entry("b", "U8", "[2]", 0, 2)
            + ","
            + entry("z", "F64", "[0,3]", 0, 0)
            + ","
            + entry("a", "I32", "[3,0]", 2, 2)
            + ","
            + entry("c", "U8", "[1]", 2, 3)
            + "}";
    Path file = Raw.write(folder.resolve("empty.safetensors"), Raw.file(header, 3));
    try (SafeTensorsReader reader = SafeTensorsReader.open(file);
        NDManager manager = NDManager.newBaseManager()) {
      assertThat(reader.tensors().keySet()).containsExactly("z", "b", "a", "c");
      assertThat(reader.read("z").remaining()).isZero();
      NDArray empty = reader.array(manager, "z");
      assertThat(empty.getShape()).isEqualTo(new Shape(0, 3));
      assertThat(empty.getDataType()).isEqualTo(DataType.FLOAT64);
    }
  }

  @Test
  void anArrayOutlivesTheReaderAndCanBeChanged() {
    String header = "{" + entry("w", "F32", "[1,2]", 0, 8) + "}";
    byte[] bytes = Raw.file(header, 8); // the header's length is odd, so the data is not aligned
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putFloat(bytes.length - 8, 3)
        .putFloat(bytes.length - 4, 4);
    Path file = Raw.write(folder.resolve("w.safetensors"), bytes);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray array;
      try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
        array = reader.array(manager, "w");
      }
      array.addi(array);
      assertThat(array.getShape()).isEqualTo(new Shape(1, 2));
      assertThat(array.toFloatArray()).containsExactly(6, 8);
      assertThat(manager.getManagedArrays()).hasSize(1);
    }
    assertThat(file).hasBinaryContent(bytes);
  }

  /** All 65,536 of them: infinities, subnormal numbers and the bits of every NaN included. */
  @Test
  void everyBf16BecomesTheFloat32ThatBeginsWithItsBits() {
    int count = 1 << 16;
    byte[] bytes = Raw.file("{" + entry("b", "BF16", "[256,256]", 0, 2 * count) + "}", 2 * count);
    ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    data.position(bytes.length - 2 * count);
    for (int i = 0; i < count; i++) {
      data.putShort((short) i);
    }
    Path file = Raw.write(folder.resolve("b.safetensors"), bytes);
    try (SafeTensorsReader reader = SafeTensorsReader.open(file);
        NDManager manager = NDManager.newBaseManager()) {
      NDArray array = reader.array(manager, "b");
      assertThat(array.getDataType()).isEqualTo(DataType.FLOAT32);
      assertThat(array.getShape()).isEqualTo(new Shape(256, 256));
      ByteBuffer wide = array.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < count; i++) {
        assertThat(wide.getInt(4 * i)).isEqualTo(i * 65_536);
      }
    }
  }

  @Test
  void aBf16TensorThatIsTooLargeAsFloat32IsSaid() throws IOException {
    long size = (1L << 30) + 8; // a sparse file: it takes no room on disk
    String header = "{" + entry("b", "BF16", "[" + size / 2 + "]", 0, size) + "}";
    Path file = folder.resolve("large.safetensors");
    Files.write(file, Raw.file(header, 0));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), Files.size(file) + size - 1);
    }
    try (SafeTensorsReader reader = SafeTensorsReader.open(file);
        NDManager manager = NDManager.newBaseManager()) {
      assertThat(reader.read("b").remaining()).isEqualTo((int) size);
      assertThatThrownBy(() -> reader.array(manager, "b"))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("'b', widened to F32, takes 2147483664 bytes")
          .hasMessageContaining("split it");
    }
  }

  @Test
  void aMissingFileIsSaid() {
    Path file = folder.resolve("missing.safetensors");
    assertThatThrownBy(() -> SafeTensorsReader.open(file))
        .isInstanceOf(WeitException.class)
        .hasMessage("no such file " + file);
  }

  @Test
  void aFolderIsSaid() {
    assertThatThrownBy(() -> SafeTensorsReader.open(folder))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("is a folder");
  }

  @Test
  void anUnknownNameIsAnsweredWithTheKnownOnes() {
    String header = "{" + entry("known", "U8", "[1]", 0, 1) + "}";
    Path file = Raw.write(folder.resolve("f.safetensors"), Raw.file(header, 1));
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      assertThatThrownBy(() -> reader.read("other"))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("no tensor named 'other'; there are 1: [known]");
    }
  }

  @Test
  void aViewOutlivesTheReaderButTheReaderReadsNoMore() {
    String header = "{" + entry("a", "U8", "[2]", 0, 2) + "}";
    Path file = Raw.write(folder.resolve("f.safetensors"), Raw.file(header, 2));
    SafeTensorsReader reader = SafeTensorsReader.open(file);
    ByteBuffer view = reader.read("a");
    reader.close();
    assertThat(Raw.bytes(view)).containsExactly(0, 0);
    assertThatThrownBy(() -> reader.read("a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void aViewKeepsTheOldBytesWhenTheFileIsReplaced() {
    String header = "{" + entry("a", "U8", "[2]", 0, 2) + "}";
    Path file = Raw.write(folder.resolve("f.safetensors"), Raw.file(header, 2));
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      ByteBuffer view = reader.read("a");
      AtomicFile.writeText(file, "short");
      assertThat(Raw.bytes(view)).containsExactly(0, 0);
      assertThat(Raw.bytes(reader.read("a"))).containsExactly(0, 0);
    }
  }

  @Test
  void aFileCutAfterOpeningIsSaidBeforeItIsMapped() throws IOException {
    String header = "{" + entry("a", "U8", "[100]", 0, 100) + "}";
    Path file = Raw.write(folder.resolve("f.safetensors"), Raw.file(header, 100));
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(90);
      }
      assertThatThrownBy(() -> reader.read("a"))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("became shorter");
    }
  }

  @Test
  void readsTensorsBeyondTwoGibibytesAndRefusesOneThatIsLarger() throws IOException {
    long large = (1L << 31) + 8; // a sparse file: it takes no room on disk
    String header =
        "{" + entry("large", "U8", "[" + large + "]", 0, large) + "," + last(large) + "}";
    Path file = folder.resolve("large.safetensors");
    long dataStart = 8 + header.getBytes(StandardCharsets.UTF_8).length;
    Files.write(file, Raw.file(header, 0));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer value = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 42);
      channel.write(value, dataStart + large);
    }
    try (SafeTensorsReader reader = SafeTensorsReader.open(file);
        NDManager manager = NDManager.newBaseManager()) {
      assertThat(reader.array(manager, "last").toIntArray()).containsExactly(42);
      assertThatThrownBy(() -> reader.read("large"))
          .isInstanceOf(WeitException.class)
          .hasMessageContaining("'large' takes 2147483656 bytes")
          .hasMessageContaining("split it");
    }
  }

  private static String last(long begin) {
    return entry("last", "I32", "[1]", begin, begin + 4);
  }
}
