package io.github.weit.training.data;

import io.github.weit.core.WeitException;
import io.github.weit.core.files.DType;
import io.github.weit.core.files.IoConsumer;
import io.github.weit.core.files.SafeTensorsReader;
import io.github.weit.core.files.SafeTensorsWriter;
import io.github.weit.core.files.StoredTensor;
import io.github.weit.core.files.TensorData;
import io.github.weit.core.files.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Decoded images in one safetensors file, with their classes. The file is mapped: nothing is
 * decoded again, and it may be as large as the disk. docs/format.md has the names.
 */
public final class PackedImages {

  private static final String FORMAT = "format";
  private static final String FORMAT_1 = "weit-images-1";

  private PackedImages() {}

  /**
   * Whether a file calls itself one of packed images.
   *
   * @return false also if its name is not that of a safetensors file
   * @throws WeitException if it is, and the file is none
   */
  public static boolean is(Path file) {
    if (!Files.isRegularFile(file) || !file.toString().endsWith(".safetensors")) {
      return false;
    }
    try (SafeTensorsReader reader = SafeTensorsReader.open(file)) {
      return reader.metadata().getOrDefault(FORMAT, "").startsWith("weit-images-");
    }
  }

  /**
   * Writes sets of images, as a whole or not at all.
   *
   * @param parts by names such as {@code train} and {@code test}
   */
  public static void write(Path file, Map<String, ImageSet> parts) {
    Map<String, String> metadata = new TreeMap<>(Map.of(FORMAT, FORMAT_1));
    List<StoredTensor> tensors = new ArrayList<>();
    parts.forEach(
        (part, set) -> {
          metadata.put(part + ".id", set.id());
          metadata.put(part + ".classes", String.join("\n", set.classes()));
          metadata.put(part + ".sha256", set.sha256());
          tensors.add(labels(part, set));
          int perTensor = Pixels.Mapped.imagesPerPart(set.imageBytes());
          for (int first = 0; first < set.size(); first += perTensor) {
            int end = (int) Math.min(set.size(), (long) first + perTensor);
            tensors.add(new Images(pixels(part, first / perTensor), set, first, end));
          }
        });
    SafeTensorsWriter.write(file, metadata, tensors);
  }

  private static StoredTensor labels(String part, ImageSet set) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(4, set.size())).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < set.size(); i++) {
      bytes.putInt(set.label(i));
    }
    return new TensorData(part + ".labels", DType.I32, List.of((long) set.size()), bytes.flip());
  }

  /** Numbered so that their order by name is that of their images. */
  private static String pixels(String part, int number) {
    return String.format(Locale.ROOT, "%s.pixels.%05d", part, number);
  }

  /** The images of a set from {@code first} to before {@code end}. */
  private record Images(String name, ImageSet set, int first, int end) implements StoredTensor {

    @Override
    public DType dtype() {
      return DType.U8;
    }

    @Override
    public List<Long> shape() {
      return List.of(
          (long) end - first, (long) set.channels(), (long) set.height(), (long) set.width());
    }

    @Override
    public void writeTo(IoConsumer<ByteBuffer> out) throws IOException {
      byte[] image = new byte[set.imageBytes()];
      for (int i = first; i < end; i++) {
        set.copyTo(i, image, 0);
        out.accept(ByteBuffer.wrap(image));
      }
    }
  }

  /**
   * The names of a file's parts, in the order of the alphabet.
   *
   * @throws WeitException if it is no file of packed images
   */
  public static List<String> parts(Path file) {
    try (SafeTensorsReader reader = open(file)) {
      return reader.metadata().keySet().stream()
          .filter(key -> key.endsWith(".sha256"))
          .map(key -> key.substring(0, key.length() - ".sha256".length()))
          .sorted()
          .toList();
    }
  }

  /**
   * One part of a file. Its images stay where they are: the file must not be changed while they are
   * used; replacing it as a whole is safe.
   *
   * @throws NoImagesException if it has no such part
   * @throws WeitException if it is no file of packed images, or damaged: its hash is computed
   */
  public static ImageSet read(Path file, String part) {
    try (SafeTensorsReader reader = open(file)) {
      Map<String, String> facts = reader.metadata();
      if (!facts.containsKey(part + ".sha256")) {
        throw new NoImagesException(file, part);
      }
      ImageSet set = read(file, part, facts, reader);
      if (!set.sha256().equals(facts.get(part + ".sha256"))) {
        throw damaged(file, part, "the images are not those that its hash is of");
      }
      return set;
    }
  }

  private static ImageSet read(
      Path file, String part, Map<String, String> facts, SafeTensorsReader reader) {
    TensorInfo first = tensor(file, part, reader, pixels(part, 0), DType.U8, 4);
    int[] shape = first.shape().stream().skip(1).mapToInt(Math::toIntExact).toArray();
    int imageBytes = ImageSet.checkedImageBytes(part, shape[0], shape[1], shape[2]);
    int perPart = Math.toIntExact(first.shape().get(0));
    int[] labels = labels(file, part, reader);
    List<ByteBuffer> pieces = new ArrayList<>();
    for (int from = 0; from < labels.length; from += perPart) {
      String name = pixels(part, pieces.size());
      TensorInfo piece = tensor(file, part, reader, name, DType.U8, 4);
      List<Long> expected = new ArrayList<>(first.shape());
      expected.set(0, (long) Math.min(perPart, labels.length - from));
      if (!piece.shape().equals(expected)) {
        throw damaged(file, part, "%s is %s, not %s".formatted(name, piece.shape(), expected));
      }
      pieces.add(reader.read(name));
    }
    return ImageSet.of(
        facts.getOrDefault(part + ".id", part),
        List.of(facts.getOrDefault(part + ".classes", "").split("\n", -1)),
        shape[0],
        shape[1],
        shape[2],
        labels,
        new Pixels.Mapped(
            List.copyOf(pieces), perPart, imageBytes, IntStream.range(0, labels.length).toArray()));
  }

  private static int[] labels(Path file, String part, SafeTensorsReader reader) {
    String name = part + ".labels";
    tensor(file, part, reader, name, DType.I32, 1);
    ByteBuffer bytes = reader.read(name);
    int[] labels = new int[bytes.remaining() / 4];
    bytes.asIntBuffer().get(labels);
    return labels;
  }

  private static TensorInfo tensor(
      Path file, String part, SafeTensorsReader reader, String name, DType type, int axes) {
    TensorInfo found = reader.tensors().get(name);
    if (found == null
        || found.dtype() != type
        || found.shape().size() != axes
        || found.elements() == 0) {
      throw damaged(
          file,
          part,
          "expected %s of type %s and %d axes, found %s"
              .formatted(name, type, axes, found == null ? "none" : found));
    }
    return found;
  }

  private static WeitException damaged(Path file, String part, String what) {
    return new WeitException(
        "%s: its part '%s' is damaged: %s; pack the images again".formatted(file, part, what));
  }

  private static SafeTensorsReader open(Path file) {
    SafeTensorsReader reader = SafeTensorsReader.open(file);
    String format = reader.metadata().getOrDefault(FORMAT, "");
    if (format.equals(FORMAT_1)) {
      return reader;
    }
    reader.close();
    throw new WeitException(
        format.startsWith("weit-images-")
            ? "%s: images packed as '%s', this version reads '%s'; use a newer one"
                .formatted(file, format, FORMAT_1)
            : file + ": expected packed images, found another safetensors file");
  }
}
