package io.github.weit.core.files;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Bytes of any kind are a file or a {@link FileFormatException}. An ordinary run of the tests reads
 * the corpus beside this class; with {@code JAZZER_FUZZ=1} it searches (docs/testing.md).
 */
class SafeTensorsFuzzTest {

  /** What is accepted is written again as the same content. */
  @FuzzTest(maxDuration = "3m")
  void anyBytesAreAFileOrNamed(byte[] bytes) throws IOException {
    Path file = Files.createTempFile("weit-fuzz", ".safetensors");
    try {
      Files.write(file, bytes);
      read(file);
    } finally {
      Files.delete(file);
    }
  }

  private static void read(Path file) {
    Map<String, String> metadata;
    List<TensorData> tensors = new ArrayList<>();
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      metadata = reader.metadata();
      for (TensorInfo tensor : reader.tensors().values()) {
        ByteBuffer data = reader.read(tensor.name());
        if (data.remaining() != tensor.byteSize()) {
          throw new IllegalStateException(tensor + " gave " + data.remaining() + " bytes");
        }
        tensors.add(new TensorData(tensor.name(), tensor.dtype(), tensor.shape(), data));
      }
      SafeTensorsWriter.write(
          file.resolveSibling(file.getFileName() + ".again"), metadata, tensors);
    } catch (FileFormatException e) {
      return; // named
    }
    Path again = file.resolveSibling(file.getFileName() + ".again");
    try (SafeTensorsReader reader = SafeTensorsReader.open(again)) {
      if (!reader.metadata().equals(metadata)) {
        throw new IllegalStateException("metadata changed: " + metadata);
      }
      for (TensorData tensor : tensors) {
        if (!reader.read(tensor.name()).equals(tensor.bytes())) {
          throw new IllegalStateException(tensor.name() + " changed");
        }
      }
    } finally {
      again.toFile().delete();
    }
  }
}
