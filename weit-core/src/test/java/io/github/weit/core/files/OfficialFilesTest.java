package io.github.weit.core.files;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Files written by the official safetensors library, 0.8.0, from PyTorch tensors ({@code
 * benchmarks/exchange.py}).
 */
class OfficialFilesTest {

  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private static NDManager manager;

  @BeforeAll
  static void start() {
    manager = NDManager.newBaseManager();
  }

  @AfterAll
  static void end() {
    manager.close();
  }

  @Test
  void holdsFiveTensorsOfEveryTypeAndTheMetadata() {
    try (SafeTensorsReader reader = open("all-types")) {
      String[] names =
          Arrays.stream(DType.values())
              .flatMap(
                  type ->
                      Stream.of("values", "matrix", "scalar", "empty", "no-columns")
                          .map(name -> type + "/" + name))
              .toArray(String[]::new);
      assertThat(reader.tensors()).containsOnlyKeys(names);
      assertThat(reader.metadata())
          .containsOnly(Map.entry("format", "pt"), Map.entry("\u00e9", "\u00fcber \ud83d\ude00"));
    }
  }

  /** 0, -0, 1, -1.5, 0.1, the largest, the smallest above 0, infinities and NaN, as each type. */
  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "F16", "BF16"})
  void floatingPointNumbersAreThoseOfPyTorch(DType type) {
    double[] edges =
        switch (type) {
          case F64 -> new double[] {0.1, Double.MAX_VALUE, Double.MIN_VALUE};
          case F32 -> new double[] {0.1f, Float.MAX_VALUE, Float.MIN_VALUE};
          case F16 -> new double[] {0x1.998p-4, 65504, 0x1p-24};
          default -> new double[] {0x1.9ap-4, 0x1.fep127, 0x1p-133};
        };
    double[] expected = {
      0, -0.0, 1, -1.5, edges[0], edges[1], edges[2], INFINITY, -INFINITY, Double.NaN
    };
    try (SafeTensorsReader reader = open("all-types")) {
      assertThat(doubles(reader, type + "/values")).containsExactly(expected);
      assertThat(doubles(reader, type + "/scalar")).containsExactly(1);
      double[] backwards =
          DoubleStream.iterate(9, i -> i - 1).limit(10).map(i -> expected[(int) i]).toArray();
      assertThat(doubles(reader, type + "/matrix"))
          .containsExactly(
              DoubleStream.concat(DoubleStream.of(expected), DoubleStream.of(backwards)).toArray());
    }
  }

  private static double[] doubles(SafeTensorsReader reader, String name) {
    return reader.array(manager, name).toType(DataType.FLOAT64, true).toDoubleArray();
  }

  @Test
  void integersAndTruthValuesAreThoseOfPyTorch() {
    try (SafeTensorsReader reader = open("all-types")) {
      long large = (1L << 53) + 1;
      assertThat(reader.array(manager, "I64/values").toLongArray())
          .containsExactly(0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, large);
      assertThat(reader.array(manager, "I64/scalar").toLongArray()).containsExactly(-1);
      assertThat(reader.array(manager, "I32/values").toIntArray())
          .containsExactly(0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE);
      assertThat(reader.array(manager, "I32/matrix").toIntArray())
          .containsExactly(
              0,
              1,
              -1,
              Integer.MAX_VALUE,
              Integer.MIN_VALUE,
              Integer.MIN_VALUE,
              Integer.MAX_VALUE,
              -1,
              1,
              0);
      assertThat(reader.array(manager, "U8/values").toUint8Array())
          .containsExactly(0, 1, 127, 128, 255);
      assertThat(reader.array(manager, "BOOL/values").toBooleanArray())
          .containsExactly(false, true, true, false);
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void shapesOfScalarsAndEmptyTensorsAreKept(DType type) {
    try (SafeTensorsReader reader = open("all-types")) {
      Map<String, Shape> shapes =
          Map.of("/scalar", new Shape(), "/empty", new Shape(0), "/no-columns", new Shape(2, 0, 3));
      shapes.forEach(
          (name, shape) -> {
            NDArray array = reader.array(manager, type + name);
            assertThat(array.getShape()).isEqualTo(shape);
            assertThat(array.getDataType()).isEqualTo(type.engineType());
          });
    }
  }

  @Test
  void oddNamesAreKept() {
    List<String> names =
        List.of(
            "",
            " ",
            "blocks.0.attn/qkv.weight",
            "\u00fcml\u00e4ut",
            "\u91cd\u307f",
            "\ud83d\ude00",
            "e\u0301",
            "\"quoted\" \\ back",
            "line\nfeed\ttab",
            "\u0000\u001f\u007f",
            "\u2028\u202e\ufeff",
            "__metadata",
            "dtype",
            "n".repeat(1000));
    try (SafeTensorsReader reader = open("names")) {
      assertThat(reader.tensors()).containsOnlyKeys(names);
      assertThat(reader.metadata()).containsOnlyKeys(names);
      for (int i = 0; i < names.size(); i++) {
        assertThat(Raw.bytes(reader.read(names.get(i)))).containsExactly(i);
        assertThat(reader.metadata()).containsEntry(names.get(i), names.get(names.size() - 1 - i));
      }
    }
  }

  private static SafeTensorsReader open(String name) {
    String resource = "official/" + name + ".safetensors";
    try {
      return SafeTensorsReader.open(
          Path.of(
              Objects.requireNonNull(OfficialFilesTest.class.getResource(resource), resource)
                  .toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
