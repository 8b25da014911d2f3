package io.github.weit.core.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is written is what is read, for any names, texts, types, shapes and bytes. */
class SafeTensorsPropertyTest {

  @Property(tries = 150, seed = "105")
  void whatIsWrittenIsRead(
      @ForAll("metadata") Map<String, String> metadata, @ForAll("tensors") List<TensorData> tensors)
      throws IOException {
    Path file = Files.createTempFile("property", ".safetensors");
    try {
      SafeTensorsWriter.write(file, metadata, tensors);
      try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
        assertThat(reader.metadata()).isEqualTo(metadata);
        assertThat(reader.tensors()).hasSize(tensors.size());
        for (TensorData tensor : tensors) {
          TensorInfo info = reader.tensors().get(tensor.name());
          assertThat(info.dtype()).isEqualTo(tensor.dtype());
          assertThat(info.shape()).isEqualTo(tensor.shape());
          assertThat(Raw.bytes(reader.read(tensor.name()))).isEqualTo(Raw.bytes(tensor.bytes()));
        }
      }
    } finally {
      Files.delete(file);
    }
  }

  @Property(tries = 500, seed = "106")
  void randomHeadersAreNamedOrLegal(@ForAll("headers") String header) throws IOException {
    Path file = Files.createTempFile("property", ".safetensors");
    try {
      Files.write(file, Raw.file(header, 4));
      try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
        assertThat(reader.tensors()).isNotEmpty();
      } catch (FileFormatException e) {
        assertThat(e.problem()).isNotNull();
      }
    } finally {
      Files.delete(file);
    }
  }

  /** Pieces of headers in any order: much nearer to legal files than random text. */
  @Provide
  Arbitrary<String> headers() {
    return Arbitraries.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "0",
            "4",
            "-1",
            "1e9",
            "\"a\"",
            "\"F32\"",
            "null",
            "\"dtype\":\"F32\"",
            "\"shape\":[1]",
            "\"data_offsets\":[0,4]",
            "\"__metadata__\":{",
            "{\"a\":{",
            "}}",
            " ")
        .list()
        .ofMaxSize(12)
        .map(pieces -> String.join("", pieces));
  }

  @Provide
  Arbitrary<Map<String, String>> metadata() {
    return Arbitraries.maps(text(), text()).ofMaxSize(4);
  }

  @Provide
  Arbitrary<List<TensorData>> tensors() {
    Arbitrary<List<Long>> shapes = Arbitraries.longs().between(0, 4).list().ofMaxSize(4);
    return Combinators.combine(
            text().filter(name -> !name.equals(HeaderParser.METADATA)),
            Arbitraries.of(DType.class),
            shapes,
            Arbitraries.integers())
        .as(SafeTensorsPropertyTest::tensor)
        .list()
        .ofMaxSize(6)
        .uniqueElements(TensorData::name);
  }

  private static TensorData tensor(String name, DType dtype, List<Long> shape, int salt) {
    byte[] bytes = new byte[(int) TensorInfo.byteSize(dtype, shape)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (salt * (i + 1) >> 3);
    }
    return new TensorData(name, dtype, shape, ByteBuffer.wrap(bytes));
  }

  /** Any text without halves of surrogate pairs, control characters and quotes included. */
  private static Arbitrary<String> text() {
    return Arbitraries.strings()
        .all()
        .ofMaxLength(12)
        .map(SafeTensorsPropertyTest::withoutHalfPairs);
  }

  private static String withoutHalfPairs(String text) {
    StringBuilder whole = new StringBuilder();
    text.codePoints()
        .filter(c -> Character.getType(c) != Character.SURROGATE)
        .forEach(whole::appendCodePoint);
    return whole.toString();
  }
}
