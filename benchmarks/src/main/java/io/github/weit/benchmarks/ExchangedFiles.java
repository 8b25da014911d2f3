package io.github.weit.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.weit.core.engine.WeitEngine;
import io.github.weit.core.files.DType;
import io.github.weit.core.files.FileFormatException;
import io.github.weit.core.files.FileFormatException.Problem;
import io.github.weit.core.files.SafeTensorsReader;
import io.github.weit.core.files.SafeTensorsWriter;
import io.github.weit.core.files.TensorData;
import io.github.weit.core.files.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Files exchanged with the official safetensors library: {@code write FOLDER} makes them for {@code
 * benchmarks/exchange.py} to read, {@code read FOLDER} compares those that it wrote, byte by byte
 * and as arrays. The large file takes 2.7 GiB; {@code small} as a third argument leaves it out.
 */
public final class ExchangedFiles {

  private static final String LARGE = "large.safetensors";

  /** Larger tensors are compared as bytes alone. */
  private static final long LARGEST_ARRAY = 1 << 20;

  private int files;
  private int tensors;
  private int arrays;
  private int wrong;

  private ExchangedFiles() {}

  /** Ends with exit code 1 if anything differs. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[1]);
    Map<String, ExchangeContent> contents = ExchangeContent.small();
    if (arguments.length < 3) {
      contents.put(LARGE, ExchangeContent.large());
    }
    if (arguments[0].equals("write")) {
      contents.forEach(
          (name, content) ->
              SafeTensorsWriter.write(folder.resolve(name), content.metadata(), content.tensors()));
      System.out.println("wrote " + contents.size() + " files");
      return;
    }
    ExchangedFiles exchange = new ExchangedFiles();
    try (NDManager manager = WeitEngine.newManager(WeitEngine.device("cpu"))) {
      contents.forEach((name, content) -> exchange.read(folder.resolve(name), content, manager));
    }
    int refused = exchange.refuse(folder.resolve("refused"));
    System.out.printf(
        Locale.ROOT,
        "%d files, %d tensors, %d of them as arrays too, %d files refused by type: %d wrong%n",
        exchange.files,
        exchange.tensors,
        exchange.arrays,
        refused,
        exchange.wrong);
    System.exit(exchange.wrong == 0 ? 0 : 1);
  }

  private void read(Path file, ExchangeContent content, NDManager manager) {
    files++;
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      expect(reader.metadata().equals(content.metadata()), file, "metadata", reader.metadata());
      List<String> names = content.tensors().stream().map(TensorData::name).sorted().toList();
      List<String> found = List.copyOf(new TreeSet<>(reader.tensors().keySet()));
      expect(names.equals(found), file, "names", found);
      for (TensorData tensor : content.tensors()) {
        if (reader.tensors().containsKey(tensor.name())) {
          compare(file, reader, tensor, manager);
        }
      }
    }
  }

  private void compare(Path file, SafeTensorsReader reader, TensorData tensor, NDManager manager) {
    tensors++;
    TensorInfo info = reader.tensors().get(tensor.name());
    boolean same =
        info.dtype() == tensor.dtype()
            && info.shape().equals(tensor.shape())
            && reader.read(tensor.name()).equals(tensor.bytes());
    expect(same, file, tensor.name(), info);
    if (info.byteSize() > LARGEST_ARRAY) {
      return;
    }
    arrays++;
    try (NDArray array = reader.array(manager, tensor.name())) {
      TensorData again = TensorData.of(tensor.name(), array);
      ByteBuffer bytes = tensor.dtype() == DType.BF16 ? widened(tensor.bytes()) : tensor.bytes();
      expect(
          again.shape().equals(tensor.shape()) && again.bytes().equals(bytes),
          file,
          tensor.name() + " as an array",
          array);
    }
  }

  /** Each element's 16 bits behind 16 zeros. */
  private static ByteBuffer widened(ByteBuffer bytes) {
    ByteBuffer from = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer to = ByteBuffer.allocate(2 * from.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    while (from.hasRemaining()) {
      to.putShort((short) 0).putShort(from.getShort());
    }
    return to.flip();
  }

  /** Every file of this folder has a type that ours does not know, and that is what is said. */
  private int refuse(Path folder) throws IOException {
    int refused = 0;
    try (Stream<Path> paths = Files.list(folder)) {
      for (Path path : paths.sorted().toList()) {
        try (SafeTensorsReader reader = SafeTensorsReader.open(path)) {
          expect(false, path, "refusal", reader.tensors());
        } catch (FileFormatException e) {
          expect(e.problem() == Problem.UNKNOWN_DTYPE, path, "refusal", e.getMessage());
          refused++;
        }
      }
    }
    return refused;
  }

  private void expect(boolean right, Path file, String what, Object found) {
    if (!right) {
      wrong++;
      System.out.println(file + ": " + what + " differs, found " + found);
    }
  }
}
