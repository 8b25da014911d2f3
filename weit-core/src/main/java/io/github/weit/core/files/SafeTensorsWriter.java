package io.github.weit.core.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.weit.core.WeitException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * Writes safetensors files. The same content gives the same bytes: metadata by key, tensors by
 * element size downwards and then by name, the header padded with spaces so that data begins on a
 * multiple of 8.
 */
public final class SafeTensorsWriter {

  private static final JsonFactory JSON = new JsonFactory();

  private static final Comparator<StoredTensor> FILE_ORDER =
      Comparator.<StoredTensor>comparingInt(tensor -> -tensor.dtype().bytes())
          .thenComparing(StoredTensor::name);

  private SafeTensorsWriter() {}

  /**
   * Writes {@code target} as a whole or not at all, see {@link AtomicFile}; the new file is read
   * back and compared before it takes the name.
   *
   * @throws IllegalArgumentException if two tensors share a name, one hands over more or less than
   *     its shape says, or a text cannot be written as UTF-8
   * @throws WeitException if the file system refuses, or the header would exceed the format's limit
   */
  public static void write(
      Path target, Map<String, String> metadata, List<? extends StoredTensor> tensors) {
    List<StoredTensor> ordered = new ArrayList<>(tensors);
    ordered.sort(FILE_ORDER);
    Map<String, TensorInfo> layout = layout(ordered);
    byte[] header = header(target, new TreeMap<>(metadata), layout);
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    length.putLong(0, header.length);

    CRC32C written = new CRC32C();
    AtomicFile.write(
        target,
        channel -> {
          written.reset(); // it may not be the first attempt
          append(channel, length, written);
          append(channel, ByteBuffer.wrap(header), written);
          for (StoredTensor tensor : ordered) {
            long from = channel.position();
            tensor.writeTo(bytes -> append(channel, bytes, written));
            requireAll(layout.get(tensor.name()), channel.position() - from);
          }
        },
        path -> verify(path, Map.copyOf(metadata), layout, written.getValue()));
  }

  /** Where each tensor goes, in file order. */
  private static Map<String, TensorInfo> layout(List<StoredTensor> ordered) {
    Map<String, TensorInfo> layout = new LinkedHashMap<>();
    long at = 0;
    for (StoredTensor tensor : ordered) {
      String name = tensor.name();
      if (name.equals(HeaderParser.METADATA)) {
        throw new IllegalArgumentException("no tensor can be named '" + name + "'");
      }
      long end = Math.addExact(at, TensorInfo.byteSize(tensor.dtype(), tensor.shape()));
      TensorInfo info = new TensorInfo(name, tensor.dtype(), tensor.shape(), at, end);
      if (layout.put(name, info) != null) {
        throw new IllegalArgumentException("two tensors are named '" + name + "'");
      }
      at = end;
    }
    return layout;
  }

  private static byte[] header(
      Path target, Map<String, String> metadata, Map<String, TensorInfo> layout) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(HeaderParser.METADATA);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(encodable(entry.getKey()), encodable(entry.getValue()));
        }
        json.writeEndObject();
      }
      for (TensorInfo tensor : layout.values()) {
        writeEntry(json, tensor);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory does not fail", e);
    }
    while (bytes.size() % 8 != 0) {
      bytes.write(' ');
    }
    if (bytes.size() > Limits.HEADER_BYTES) {
      throw new WeitException(
          String.format(
              Locale.ROOT,
              "cannot write %s: its header takes %d bytes, at most %d are allowed; store less"
                  + " metadata",
              target,
              bytes.size(),
              Limits.HEADER_BYTES));
    }
    return bytes.toByteArray();
  }

  private static void writeEntry(JsonGenerator json, TensorInfo tensor) throws IOException {
    json.writeObjectFieldStart(encodable(tensor.name()));
    json.writeStringField("dtype", tensor.dtype().name());
    json.writeArrayFieldStart("shape");
    for (long size : tensor.shape()) {
      json.writeNumber(size);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("data_offsets");
    json.writeNumber(tensor.begin());
    json.writeNumber(tensor.end());
    json.writeEndArray();
    json.writeEndObject();
  }

  private static String encodable(String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException("half of a surrogate pair in " + Shown.quoted(text));
    }
    return text;
  }

  private static void append(FileChannel channel, ByteBuffer bytes, CRC32C sum) throws IOException {
    AtomicFile.writeFully(channel, bytes);
    sum.update(bytes.duplicate());
  }

  private static void requireAll(TensorInfo tensor, long given) {
    if (given != tensor.byteSize()) {
      throw new IllegalArgumentException(
          "tensor '%s' takes %d bytes, but %d were handed over"
              .formatted(tensor.name(), tensor.byteSize(), given));
    }
  }

  private static void verify(
      Path path, Map<String, String> metadata, Map<String, TensorInfo> layout, long written)
      throws IOException {
    try (SafeTensorsReader reader = SafeTensorsReader.open(path)) {
      if (!reader.metadata().equals(metadata) || !reader.tensors().equals(layout)) {
        throw new IOException("the header read back differs from the one written");
      }
    } catch (WeitException e) {
      throw new IOException("what was written cannot be read back: " + e.getMessage(), e);
    }
    CRC32C read = new CRC32C();
    ByteBuffer piece = ByteBuffer.allocateDirect(Limits.CHUNK);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      while (channel.read(piece.clear()) >= 0) {
        read.update(piece.flip());
      }
    }
    if (read.getValue() != written) {
      throw new IOException("the bytes read back differ from those written");
    }
  }
}
