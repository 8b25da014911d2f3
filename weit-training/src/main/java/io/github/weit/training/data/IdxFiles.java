package io.github.weit.training.data;

import io.github.weit.core.WeitException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The IDX files of MNIST and its relatives: a big-endian header (0x00000803, images, rows, columns;
 * or 0x00000801, labels), then unsigned bytes. Raw or gzipped, which is seen by content, not by
 * name.
 */
public final class IdxFiles {
  private static final int IMAGES = 0x00000803;
  private static final int LABELS = 0x00000801;

  /** No gzipped file holds more than this times its bytes. */
  private static final long MOST_GROWTH = 1032;

  private IdxFiles() {}

  /**
   * Reads grey images and their labels.
   *
   * @param classes names of the classes 0, 1, ...
   * @throws WeitException if a file is missing, is no IDX file, or is shorter or longer than its
   *     header says, the two numbers of items differ, or a label is no class
   */
  public static ImageSet read(Path images, Path labels, String id, List<String> classes) {
    Content labelContent = content(labels, false);
    return joined(
        content(images, true), images.toString(), labelContent, labels.toString(), id, classes);
  }

  /**
   * Reads from streams, for example of class-path resources; the names are for messages. Leaves
   * them open.
   */
  public static ImageSet read(
      InputStream images,
      String imagesName,
      InputStream labels,
      String labelsName,
      String id,
      List<String> classes) {
    Content labelContent = content(labels, labelsName, LABELS, 1, Long.MAX_VALUE);
    return joined(
        content(images, imagesName, IMAGES, 3, Long.MAX_VALUE),
        imagesName,
        labelContent,
        labelsName,
        id,
        classes);
  }

  private static ImageSet joined(
      Content imageContent,
      String imagesName,
      Content labelContent,
      String labelsName,
      String id,
      List<String> classes) {
    int[] sizes = imageContent.sizes();
    if (sizes[0] != labelContent.sizes()[0]) {
      throw new WeitException(
          "%s holds %d images, %s holds %d labels; the two files do not belong together"
              .formatted(imagesName, sizes[0], labelsName, labelContent.sizes()[0]));
    }
    byte[] labels = labelContent.items()[0];
    int[] numbers = new int[sizes[0]];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = labels[i] & 0xFF;
    }
    return ImageSet.of(id, classes, 1, sizes[1], sizes[2], numbers, imageContent.items());
  }

  /**
   * Reads grey images whose classes are called by their numbers.
   *
   * @param classes how many there are, 0 for one more than the largest label
   * @throws WeitException as {@link #read(Path, Path, String, List)}
   */
  public static ImageSet read(Path images, Path labels, String id, int classes) {
    int count = classes;
    if (classes == 0) {
      for (byte label : content(labels, false).items()[0]) {
        count = Math.max(count, 1 + (label & 0xFF));
      }
    }
    return read(images, labels, id, IntStream.range(0, count).mapToObj(Integer::toString).toList());
  }

  /** Whether a file begins as an IDX file of images or of labels does, gzipped or not. */
  public enum Kind {
    IMAGES,
    LABELS,
    /** A gzipped file of something else. */
    OTHER_GZIP,
    OTHER
  }

  /**
   * What a file is by its first bytes.
   *
   * @throws WeitException if it cannot be read
   */
  public static Kind kind(Path file) {
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = unzipped(raw)) {
      byte[] first = in.readNBytes(4);
      int magic = ByteBuffer.wrap(Arrays.copyOf(first, 4)).getInt();
      return magic == IMAGES
          ? Kind.IMAGES
          : magic == LABELS
              ? Kind.LABELS
              : in instanceof GZIPInputStream ? Kind.OTHER_GZIP : Kind.OTHER;
    } catch (IOException e) {
      throw failed(file.toString(), e);
    }
  }

  /**
   * The sizes that one file alone has: images, rows and columns, or labels. All of it is read.
   *
   * @throws WeitException as {@link #read(Path, Path, String, List)}
   */
  public static List<Integer> sizes(Path file, boolean images) {
    return Arrays.stream(content(file, images).sizes()).boxed().toList();
  }

  private static Content content(Path file, boolean images) {
    try (InputStream in = Files.newInputStream(file)) {
      return content(
          in,
          file.toString(),
          images ? IMAGES : LABELS,
          images ? 3 : 1,
          MOST_GROWTH * Files.size(file));
    } catch (IOException e) {
      throw failed(file.toString(), e);
    }
  }

  private static WeitException failed(String name, IOException e) {
    if (e instanceof NoSuchFileException) {
      return new WeitException("No such file: " + name, e);
    }
    return new WeitException(
        "Reading %s failed: %s; fetch it again".formatted(name, Reason.of(e)), e);
  }

  /**
   * @param items each image, or all labels as one
   */
  private record Content(int[] sizes, byte[][] items) {}

  /**
   * @param most bytes that there can be, however well they are compressed
   */
  private static Content content(
      InputStream raw, String name, int magic, int dimensions, long most) {
    try {
      InputStream in = unzipped(raw);
      byte[] header = in.readNBytes(4 + 4 * dimensions);
      ByteBuffer numbers = ByteBuffer.wrap(Arrays.copyOf(header, 4 + 4 * dimensions));
      int found = numbers.getInt();
      if (header.length >= 4 && found != magic) {
        throw new WeitException(
            "%s is no IDX file of %s: expected the first bytes 0x%08x, found 0x%08x"
                .formatted(name, magic == IMAGES ? "images" : "labels", magic, found));
      }
      if (header.length < 4 + 4 * dimensions) {
        throw new WeitException(
            "%s is too short for an IDX header: expected %d bytes, found %d"
                .formatted(name, 4 + 4 * dimensions, header.length));
      }
      int[] sizes = sizes(numbers, dimensions, name);
      int count = dimensions == 1 ? 1 : sizes[0];
      int item = dimensions == 1 ? sizes[0] : sizes[1] * sizes[2];
      long total = (long) count * item;
      if (in instanceof GZIPInputStream && total > most) {
        throw new WeitException(
            "%s: its header promises %d bytes, it is too small to hold more than %d; fetch it again"
                .formatted(name, total, most));
      }
      List<byte[]> items = new ArrayList<>(); // grows with what is there, not with the claim
      long read = 0;
      while (items.size() < count && read == (long) items.size() * item) {
        byte[] next = in.readNBytes(item);
        items.add(next);
        read += next.length;
      }
      if (read < total || in.read() >= 0) {
        throw new WeitException(
            "%s: its header promises %d bytes, it holds %s; fetch it again"
                .formatted(name, total, read < total ? read + "" : "more"));
      }
      return new Content(sizes, items.toArray(byte[][]::new));
    } catch (IOException e) {
      throw failed(name, e);
    }
  }

  /** Of a header: each is at least 1, and an image, or all labels, no larger than an array. */
  private static int[] sizes(ByteBuffer header, int dimensions, String name) {
    int[] sizes = new int[dimensions];
    long item = 1;
    for (int i = 0; i < dimensions; i++) {
      sizes[i] = header.getInt();
      item *= i == 0 && dimensions > 1 ? 1 : sizes[i];
      if (sizes[i] < 1 || item > ImageSet.MAX_IMAGE_BYTES) {
        throw new WeitException(
            "%s: size %d of dimension %d is not possible: expected at least 1 and at most %d bytes %s"
                .formatted(
                    name,
                    sizes[i],
                    i,
                    ImageSet.MAX_IMAGE_BYTES,
                    dimensions == 1 ? "of labels" : "of an image"));
      }
    }
    return sizes;
  }

  private static InputStream unzipped(InputStream raw) throws IOException {
    BufferedInputStream in = new BufferedInputStream(raw, 1 << 16);
    in.mark(2);
    boolean gzip = in.read() == 0x1F && in.read() == 0x8B;
    in.reset();
    return gzip ? new GZIPInputStream(in, 1 << 16) : in;
  }

  /**
   * Writes a set of grey images with at most 256 classes as two gzipped IDX files. The bytes depend
   * on the set alone.
   */
  public static void write(ImageSet set, Path images, Path labels) throws IOException {
    if (set.channels() != 1 || set.classes().size() > 256) {
      throw new WeitException("IDX files hold grey images of at most 256 classes, found " + set);
    }
    byte[] image = new byte[set.imageBytes()];
    try (DataOutputStream out = zipped(images)) {
      for (int number : new int[] {IMAGES, set.size(), set.height(), set.width()}) {
        out.writeInt(number);
      }
      for (int i = 0; i < set.size(); i++) {
        set.copyTo(i, image, 0);
        out.write(image);
      }
    }
    try (DataOutputStream out = zipped(labels)) {
      out.writeInt(LABELS);
      out.writeInt(set.size());
      for (int i = 0; i < set.size(); i++) {
        out.write(set.label(i));
      }
    }
  }

  private static DataOutputStream zipped(Path path) throws IOException {
    OutputStream file = Files.newOutputStream(path);
    return new DataOutputStream(new BufferedOutputStream(new BestGzip(file), 1 << 16));
  }

  /** Gzip at its highest level. */
  private static final class BestGzip extends GZIPOutputStream {
    BestGzip(OutputStream out) throws IOException {
      super(out, 1 << 16);
      def.setLevel(9);
    }
  }
}
