package io.github.weit.core.files;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.weit.core.WeitException;
import io.github.weit.core.files.FileFormatException.Problem;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A safetensors file, open for reading. Opening checks every rule of docs/format.md before anything
 * of a size that the file declares is allocated; tensors are then read one by one, so a file may be
 * larger than memory and than 2 GiB. Errors of the file are {@link FileFormatException}s. One
 * reader may serve several threads.
 */
public final class SafeTensorsReader implements AutoCloseable {

  private static final int LENGTH_BYTES = 8;

  private final Path path;
  private final FileChannel channel;
  private final long dataStart;
  private final Map<String, String> metadata;
  private final Map<String, TensorInfo> tensors;

  private SafeTensorsReader(Path path, FileChannel channel) throws IOException {
    this.path = path;
    this.channel = channel;
    long fileBytes = channel.size();
    byte[] header = readHeader(fileBytes);
    this.dataStart = LENGTH_BYTES + header.length;
    HeaderParser.Declared declared = HeaderParser.parse(path, header);
    this.metadata = declared.metadata();
    this.tensors = Layout.tiled(path, declared.tensors(), fileBytes - dataStart);
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws FileFormatException if it breaks a rule
   * @throws WeitException if it is missing or cannot be read
   */
  public static SafeTensorsReader open(Path path) {
    if (Files.isDirectory(path)) {
      throw new WeitException(path + " is a folder; expected a safetensors file");
    }
    FileChannel channel = null;
    SafeTensorsReader reader = null;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
      reader = new SafeTensorsReader(path, channel);
      return reader;
    } catch (NoSuchFileException e) {
      throw new WeitException("no such file " + path, e);
    } catch (IOException e) {
      throw unreadable(path, e);
    } finally {
      if (reader == null && channel != null) {
        closeQuietly(channel);
      }
    }
  }

  /** The file's own notes, in its order; empty if it has none. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** The tensors by name, in the order of their bytes. */
  public Map<String, TensorInfo> tensors() {
    return tensors;
  }

  /**
   * A tensor's bytes, read-only and little-endian, mapped from the file: nothing is copied, and the
   * view outlives this reader. The file must not be shortened while the view is in use; replacing
   * it as {@link AtomicFile} does is safe.
   *
   * @throws WeitException if there is no such tensor, it is over 2 GiB, or the file cannot be read
   * @throws IllegalStateException if this reader is closed
   */
  public ByteBuffer read(String name) {
    TensorInfo tensor = info(name);
    Limits.requireOneBuffer(path + ": tensor " + Shown.quoted(name), tensor.byteSize());
    if (!channel.isOpen()) {
      throw new IllegalStateException("the reader of " + path + " is closed");
    }
    try {
      long from = dataStart + tensor.begin();
      if (channel.size() < dataStart + tensor.end()) {
        throw new EOFException("it became shorter after it was opened");
      }
      ByteBuffer bytes =
          tensor.byteSize() == 0
              ? ByteBuffer.allocate(0).asReadOnlyBuffer()
              : channel.map(FileChannel.MapMode.READ_ONLY, from, tensor.byteSize());
      return bytes.order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /**
   * A tensor as an array of its own memory; the file may be closed afterwards. BF16 becomes FLOAT32
   * of the same numbers, bit by bit: its 16 bits and 16 zeros.
   *
   * @throws FileFormatException if a BOOL holds another byte than 0 or 1
   * @throws WeitException as {@link #read}, and if a BF16 tensor is over 2 GiB as FLOAT32
   */
  public NDArray array(NDManager manager, String name) {
    TensorInfo tensor = info(name);
    DataType type = tensor.dtype().engineType();
    ByteBuffer bytes = read(name);
    if (tensor.dtype() == DType.BOOL) {
      requireBooleans(tensor, bytes);
    } else if (tensor.dtype() == DType.BF16) {
      bytes = widened(tensor, bytes);
    }
    Shape shape = new Shape(tensor.shape());
    if (tensor.elements() == 0) {
      return manager.zeros(shape, type);
    }
    try (NDArray view = manager.create(bytes, shape, type)) {
      return view
          .duplicate(); // the view shares the mapped file, the duplicate has memory of its own
    }
  }

  /**
   * Asserts what opening does not look at, the elements: every BOOL is 0 or 1. Without the engine.
   *
   * @throws FileFormatException naming the first element that is not
   */
  public void requireValues() {
    for (TensorInfo tensor : tensors.values()) {
      if (tensor.dtype() == DType.BOOL) {
        requireBooleans(tensor, read(tensor.name()));
      }
    }
  }

  @Override
  public void close() {
    closeQuietly(channel);
  }

  private byte[] readHeader(long fileBytes) throws IOException {
    if (fileBytes < LENGTH_BYTES) {
      throw wrong(Problem.TOO_SHORT, LENGTH_BYTES + " bytes or more", fileBytes + " bytes");
    }
    long length = readFully(LENGTH_BYTES).getLong();
    if (length < 0 || length > Limits.HEADER_BYTES) {
      throw wrong(
          Problem.HEADER_TOO_LARGE,
          "at most " + Limits.HEADER_BYTES + " bytes",
          Long.toUnsignedString(length));
    }
    if (length > fileBytes - LENGTH_BYTES) {
      throw wrong(
          Problem.HEADER_BEYOND_FILE,
          "at most " + (fileBytes - LENGTH_BYTES) + " bytes",
          String.valueOf(length));
    }
    return readFully((int) length).array();
  }

  /** The next bytes of the file, on the heap. */
  private ByteBuffer readFully(int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.limit(Math.min(length, bytes.position() + Limits.CHUNK));
      if (channel.read(bytes) < 0) {
        throw new EOFException("it became shorter while it was read");
      }
      bytes.limit(length);
    }
    return bytes.flip();
  }

  private TensorInfo info(String name) {
    TensorInfo tensor = tensors.get(name);
    if (tensor == null) {
      List<String> known = new ArrayList<>(tensors.keySet());
      String shown = known.size() <= 12 ? known.toString() : known.subList(0, 12) + " and more";
      throw new WeitException(
          String.format(
              Locale.ROOT,
              "%s: no tensor named %s; there are %d: %s",
              path,
              Shown.quoted(name),
              known.size(),
              Shown.text(shown)));
    }
    return tensor;
  }

  private void requireBooleans(TensorInfo tensor, ByteBuffer bytes) {
    for (int i = 0; i < bytes.limit(); i++) {
      if ((bytes.get(i) & ~1) != 0) {
        throw new FileFormatException(
            Problem.INVALID_VALUE,
            path,
            "tensor " + Shown.quoted(tensor.name()) + ", element " + i,
            "0 or 1",
            String.valueOf(bytes.get(i) & 0xff));
      }
    }
  }

  /** BF16 as FLOAT32: the 16 bits of an element are the upper ones. */
  private ByteBuffer widened(TensorInfo tensor, ByteBuffer bytes) {
    long size = 2 * tensor.byteSize();
    Limits.requireOneBuffer(
        path + ": tensor " + Shown.quoted(tensor.name()) + ", widened to F32,", size);
    ByteBuffer wide = ByteBuffer.allocateDirect((int) size).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      wide.putInt(bytes.getShort() << Short.SIZE);
    }
    return wide.flip();
  }

  private FileFormatException wrong(Problem problem, String expected, String found) {
    return new FileFormatException(problem, path, "", expected, found);
  }

  private static WeitException unreadable(Path path, IOException e) {
    String reason = e.getMessage() == null ? e.toString() : e.getMessage();
    return new WeitException("cannot read " + path + ": " + reason, e);
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing was written through it, so nothing can be lost.
    }
  }
}
