package io.github.weit.core.files;

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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SafeTensorsWriterTest {

  @TempDir Path folder;

  @Test
  void writesTheseBytes() throws IOException {
    Path file = folder.resolve("f.safetensors");
    SafeTensorsWriter.write(
        file,
        Map.of("z", "\u00e9", "a", "1"),
        List.of(
            data("b", DType.U8, List.of(3L), 7, 8, 9),
            data("s", DType.I32, List.of(), 1, 0, 0, 0),
            data("a", DType.U8, List.of(1L), 6),
            data("e", DType.F64, List.of(0L, 3L))));
    String header =
        "{\"__metadata__\":{\"a\":\"1\",\"z\":\"\u00e9\"},"
            + Raw.entry("e", "F64", "[0,3]", 0, 0)
            + ","
            + Raw.entry("s", "I32", "[]", 0, 4)
            + ","
            + Raw.entry("a", "U8", "[1]", 4, 5)
            + ","
            + Raw.entry("b", "U8", "[3]", 5, 8)
            + "}";
    while (header.getBytes(StandardCharsets.UTF_8).length % 8 != 0) {
      header += " ";
    }
    byte[] expected = Raw.file(header, 8);
    System.arraycopy(new byte[] {1, 0, 0, 0, 6, 7, 8, 9}, 0, expected, expected.length - 8, 8);
    assertThat(Files.readAllBytes(file)).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void everyTypeComesBackForScalarsEmptyAndFullShapes(DType dtype) {
    List<List<Long>> shapes =
        List.of(List.of(), List.of(0L, 3L), List.of(3L, 0L), List.of(1L), List.of(2L, 3L));
    List<TensorData> tensors = new ArrayList<>();
    for (List<Long> shape : shapes) {
      byte[] bytes = new byte[(int) TensorInfo.byteSize(dtype, shape)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (17 * i + 3);
      }
      tensors.add(new TensorData("t" + shape, dtype, shape, ByteBuffer.wrap(bytes)));
    }
    Path file = folder.resolve("f.safetensors");
    SafeTensorsWriter.write(file, Map.of(), tensors);
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      assertThat(reader.metadata()).isEmpty();
      assertThat(reader.tensors()).hasSize(shapes.size());
      for (TensorData tensor : tensors) {
        TensorInfo info = reader.tensors().get(tensor.name());
        assertThat(info.dtype()).isEqualTo(dtype);
        assertThat(info.shape()).isEqualTo(tensor.shape());
        assertThat(Raw.bytes(reader.read(tensor.name()))).isEqualTo(Raw.bytes(tensor.bytes()));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = DType.class, mode = EnumSource.Mode.EXCLUDE, names = "BF16")
  void arraysOfEveryTypeTheEngineConvertsComeBackEqual(DType dtype) {
    Path file = folder.resolve("f.safetensors");
    DataType type = dtype.engineType();
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray numbers = manager.create(new float[] {0, 1, 0, 1, 1, 0}, new Shape(2, 3));
      NDArray matrix = numbers.toType(type, true);
      NDArray scalar = manager.create(1f).toType(type, true);
      NDArray empty = manager.zeros(new Shape(0, 3), type);
      SafeTensorsWriter.write(
          file,
          Map.of(),
          List.of(
              TensorData.of("matrix", matrix),
              TensorData.of("scalar", scalar),
              TensorData.of("empty", empty)));
      try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
        for (Map.Entry<String, NDArray> wanted :
            Map.of("matrix", matrix, "scalar", scalar, "empty", empty).entrySet()) {
          NDArray read = reader.array(manager, wanted.getKey());
          assertThat(read.getDataType()).isEqualTo(type);
          assertThat(read.getShape()).isEqualTo(wanted.getValue().getShape());
          assertThat(read.toType(DataType.FLOAT32, true).toFloatArray())
              .containsExactly(wanted.getValue().toType(DataType.FLOAT32, true).toFloatArray());
        }
      }
    }
  }

  @Test
  void aTransposedArrayIsWrittenRowByRow() {
    Path file = folder.resolve("f.safetensors");
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray array = manager.create(new double[] {1, 2, 3, 4, 5, 6}, new Shape(2, 3));
      SafeTensorsWriter.write(
          file, Map.of(), List.of(TensorData.of("t", array.transpose()), slice(array)));
      try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
        NDArray read = reader.array(manager, "t");
        assertThat(read.getShape()).isEqualTo(new Shape(3, 2));
        assertThat(read.toDoubleArray()).containsExactly(1, 4, 2, 5, 3, 6);
        assertThat(reader.array(manager, "slice").toDoubleArray()).containsExactly(2, 3, 5, 6);
      }
    }
  }

  private static TensorData slice(NDArray array) {
    return TensorData.of("slice", array.get(":, 1:"));
  }

  @Test
  void aPackedArrayIsNotCopied() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray array = manager.zeros(new Shape(2));
      TensorData data = TensorData.of("a", array);
      array.addi(manager.ones(new Shape(2)));
      assertThat(data.bytes().order(ByteOrder.LITTLE_ENDIAN).getFloat(0)).isEqualTo(1f);
    }
  }

  @Test
  void theOrderOfArgumentsLeavesNoTrace() {
    List<TensorData> tensors = new ArrayList<>();
    for (DType dtype : DType.values()) {
      tensors.add(data("x" + dtype, dtype, List.of(0L)));
      tensors.add(data("a" + dtype, dtype, List.of(0L)));
    }
    Path one = folder.resolve("one.safetensors");
    Path two = folder.resolve("two.safetensors");
    SafeTensorsWriter.write(one, Map.of("k", "1", "b", "2"), tensors);
    Collections.reverse(tensors);
    SafeTensorsWriter.write(two, Map.of("b", "2", "k", "1"), tensors);
    assertThat(one).hasSameBinaryContentAs(two);
    assertThat(Hashes.sha256(one)).isEqualTo(Hashes.sha256(two));
  }

  @Test
  void writingMovesNoBuffer() {
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {9, 1, 2, 9});
    bytes.position(1).limit(3);
    TensorData tensor = new TensorData("a", DType.U8, List.of(2L), bytes);
    Path file = folder.resolve("f.safetensors");
    SafeTensorsWriter.write(file, Map.of(), List.of(tensor));
    SafeTensorsWriter.write(file, Map.of(), List.of(tensor));
    assertThat(bytes.position()).isEqualTo(1);
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      assertThat(Raw.bytes(reader.read("a"))).containsExactly(1, 2);
    }
  }

  @Test
  void tensorsOfSeveralPiecesComeBack() {
    byte[] bytes = new byte[2 * Limits.CHUNK + 5];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31 >> 4);
    }
    Path file = folder.resolve("f.safetensors");
    SafeTensorsWriter.write(
        file,
        Map.of(),
        List.of(
            new TensorData("a", DType.U8, List.of((long) bytes.length), ByteBuffer.wrap(bytes))));
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      assertThat(Raw.bytes(reader.read("a"))).isEqualTo(bytes);
    }
  }

  @Test
  void twoTensorsOfOneNameAreRefused() {
    Path file = folder.resolve("f.safetensors");
    assertThatThrownBy(
            () ->
                SafeTensorsWriter.write(
                    file,
                    Map.of(),
                    List.of(
                        data("a", DType.U8, List.of(1L), 1), data("a", DType.F32, List.of(0L)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two tensors are named 'a'");
    assertThat(Raw.namesIn(folder)).isEmpty();
  }

  @Test
  void namesThatTheFormatCannotHoldAreRefused() {
    Path file = folder.resolve("f.safetensors");
    assertThatThrownBy(() -> writeNamed(file, "__metadata__"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> writeNamed(file, "half \ud800"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Raw.namesIn(folder)).isEmpty();
  }

  private static void writeNamed(Path file, String name) {
    SafeTensorsWriter.write(file, Map.of(), List.of(data(name, DType.U8, List.of(0L))));
  }

  @Test
  void whatTheReaderWouldRefuseIsNotLeftBehind() {
    Path file = folder.resolve("f.safetensors");
    List<Long> axes = Collections.nCopies(65, 1L);
    assertThatThrownBy(
            () -> SafeTensorsWriter.write(file, Map.of(), List.of(data("a", DType.U8, axes, 1))))
        .isInstanceOf(WeitException.class)
        .hasMessageContaining("cannot write " + file)
        .hasMessageContaining("at most 64");
    assertThat(Raw.namesIn(folder)).isEmpty();
  }

  @Test
  void bytesThatDoNotFitTheShapeAreRefused() {
    assertThatThrownBy(() -> data("a", DType.F32, List.of(2L), 1, 2, 3, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tensor 'a' of type F32 and shape [2] takes 8 bytes, found 4");
  }

  /** A tensor of two bytes that hands over what it is told to. */
  private record Pieces(String name, byte[]... pieces) implements StoredTensor {

    @Override
    public DType dtype() {
      return DType.U8;
    }

    @Override
    public List<Long> shape() {
      return List.of(2L);
    }

    @Override
    public void writeTo(IoConsumer<ByteBuffer> out) throws IOException {
      for (byte[] piece : pieces) {
        out.accept(ByteBuffer.wrap(piece));
      }
    }
  }

  @Test
  void aTensorMayComeInPieces() {
    Path file = folder.resolve("f.safetensors");
    Pieces pieces = new Pieces("a", new byte[] {1}, new byte[0], new byte[] {2});
    SafeTensorsWriter.write(file, Map.of(), List.of(pieces, new Pieces("b", new byte[] {3, 4})));
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      assertThat(reader.read("a")).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
      assertThat(reader.read("b")).isEqualTo(ByteBuffer.wrap(new byte[] {3, 4}));
    }
  }

  /** Also where another makes up for it, so that the file would be read, and be wrong. */
  @Test
  void aTensorThatHandsOverMoreOrLessThanItSaysIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("f.safetensors"), "old");
    Pieces less = new Pieces("a", new byte[] {1});
    Pieces more = new Pieces("b", new byte[] {2, 3, 4});
    assertThatThrownBy(() -> SafeTensorsWriter.write(file, Map.of(), List.of(less, more)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tensor 'a' takes 2 bytes, but 1 were handed over");
    assertThatThrownBy(() -> SafeTensorsWriter.write(file, Map.of(), List.of(more)))
        .hasMessage("tensor 'b' takes 2 bytes, but 3 were handed over");
    assertThat(file).hasContent("old");
    assertThat(Raw.namesIn(folder)).hasSize(1);
  }

  private static TensorData data(String name, DType dtype, List<Long> shape, int... bytes) {
    ByteBuffer buffer = ByteBuffer.allocate(bytes.length);
    for (int b : bytes) {
      buffer.put((byte) b);
    }
    return new TensorData(name, dtype, shape, buffer.flip());
  }
}
