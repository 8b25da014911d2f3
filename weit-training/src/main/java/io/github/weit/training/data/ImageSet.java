package io.github.weit.training.data;

import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * Labelled images of one shape in host memory: uint8, channel by channel, row by row ({@code
 * NCHW}). Immutable. The pixels lie in one Java array, so a set holds at most {@value #MAX_BYTES}
 * bytes: 699,050 colour images of 32x32, or 14,266 of 224x224.
 */
public final class ImageSet {

  /** The most bytes of pixels that one set can hold, just under 2 GiB. */
  public static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  private final String id;
  private final List<String> classes;
  private final int channels;
  private final int height;
  private final int width;
  private final int[] labels;
  private final byte[] pixels;
  private String sha256;

  private ImageSet(String id, List<String> classes, int[] shape, int[] labels, byte[] pixels) {
    this.id = id;
    this.classes = classes;
    this.channels = shape[0];
    this.height = shape[1];
    this.width = shape[2];
    this.labels = labels;
    this.pixels = pixels;
  }

  /**
   * A set of {@code labels.length} images. The arrays are not copied and must not be changed
   * afterwards.
   *
   * @param id where the images come from, for example {@code "cifar10/train"}
   * @param classes names of the classes, unique, in the order of their numbers
   * @param channels 1 or 3
   * @param labels the class number of each image
   * @param pixels {@code (labels.length, channels, height, width)}, unsigned bytes
   * @throws WeitException if a label is no class, or the sizes disagree or exceed {@link
   *     #MAX_BYTES}
   */
  public static ImageSet of(
      String id,
      List<String> classes,
      int channels,
      int height,
      int width,
      int[] labels,
      byte[] pixels) {
    Objects.requireNonNull(id, "id");
    if (classes.isEmpty() || classes.stream().distinct().count() != classes.size()) {
      throw new WeitException(
          "Image set " + id + ": class names must be unique and at least one, found " + classes);
    }
    if (channels != 1 && channels != 3) {
      throw new WeitException(
          "Image set " + id + ": expected 1 (grey) or 3 (colour) channels, found " + channels);
    }
    int image = checkedImageBytes(id, channels, height, width);
    if (labels.length == 0) {
      throw new WeitException("Image set " + id + " holds no image");
    }
    if (checkedBytes(id, labels.length, image) != pixels.length) {
      throw new WeitException(
          "Image set %s: %d images of %dx%dx%d need %d bytes of pixels, found %d"
              .formatted(
                  id,
                  labels.length,
                  channels,
                  height,
                  width,
                  (long) labels.length * image,
                  pixels.length));
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes.size()) {
        throw new WeitException(
            "Image set %s: image %d has label %d, expected 0 to %d (there are %d classes)"
                .formatted(id, i, labels[i], classes.size() - 1, classes.size()));
      }
    }
    return new ImageSet(
        id, List.copyOf(classes), new int[] {channels, height, width}, labels, pixels);
  }

  /** Bytes of one image, or an error if the shape is empty or beyond {@link #MAX_BYTES}. */
  static int checkedImageBytes(String id, int channels, int height, int width) {
    if (height < 1 || width < 1) {
      throw new WeitException(
          "Image set %s: images must have at least one pixel, found %dx%d (height x width)"
              .formatted(id, height, width));
    }
    if ((long) height * width > MAX_BYTES / channels) {
      throw tooLarge(id, "one image of %d channels, %dx%d".formatted(channels, height, width));
    }
    return channels * height * width;
  }

  /** Bytes of {@code count} images, or an error that names the limit. */
  static int checkedBytes(String id, long count, int imageBytes) {
    if (count > MAX_BYTES / imageBytes) {
      throw tooLarge(id, "%d images of %d bytes".formatted(count, imageBytes));
    }
    return (int) (count * imageBytes);
  }

  private static WeitException tooLarge(String id, String what) {
    return new WeitException(
        ("Image set %s: %s do not fit: a set holds at most %d bytes (2 GiB); "
                + "use smaller images, fewer of them, or several sets")
            .formatted(id, what, MAX_BYTES));
  }

  public String id() {
    return id;
  }

  public List<String> classes() {
    return classes;
  }

  public int channels() {
    return channels;
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  /** The number of images. */
  public int size() {
    return labels.length;
  }

  /** Bytes of one image: channels x height x width. */
  public int imageBytes() {
    return channels * height * width;
  }

  public int label(int index) {
    return labels[index];
  }

  /**
   * Copies the pixels of image {@code index}, {@code (C, H, W)}, to {@code target} from {@code
   * offset} on.
   */
  public void copyTo(int index, byte[] target, int offset) {
    Objects.checkIndex(index, labels.length);
    System.arraycopy(pixels, index * imageBytes(), target, offset, imageBytes());
  }

  /** How many images each class has. */
  public int[] classCounts() {
    int[] counts = new int[classes.size()];
    for (int label : labels) {
      counts[label]++;
    }
    return counts;
  }

  /**
   * How often each value occurs in each channel, {@code [channel][value]}: what means and
   * deviations are computed from, exactly.
   */
  public long[][] histogram() {
    long[][] counts = new long[channels][256];
    int plane = height * width;
    int at = 0;
    for (int i = 0; i < labels.length; i++) {
      for (long[] channel : counts) {
        for (int end = at + plane; at < end; at++) {
          channel[pixels[at] & 0xFF]++;
        }
      }
    }
    return counts;
  }

  /**
   * SHA-256 of shape, class names, labels and pixels, in lower-case hexadecimal. The id is not part
   * of it: the same images read from a folder or from an archive have the same hash. Computed once.
   */
  public synchronized String sha256() {
    if (sha256 == null) {
      MessageDigest digest;
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError("every Java platform has SHA-256", e);
      }
      ByteBuffer numbers = ByteBuffer.allocate(4 * (5 + labels.length));
      numbers.putInt(labels.length).putInt(channels).putInt(height).putInt(width);
      numbers.putInt(classes.size());
      for (int label : labels) {
        numbers.putInt(label);
      }
      digest.update(numbers.array());
      for (String name : classes) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
        digest.update(bytes);
      }
      digest.update(pixels);
      sha256 = HexFormat.of().formatHex(digest.digest());
    }
    return sha256;
  }

  /**
   * A random subset in which every class keeps its share, a pure function of this set and {@code
   * seed}. Shares are rounded by largest remainder (ties to the lower class); images keep their
   * order.
   *
   * @throws WeitException unless 1 &lt;= count &lt;= size()
   */
  public ImageSet subset(int count, Seed seed) {
    checkCount(count);
    int[] indices = Sampling.stratified(labels, classes.size(), count, seed.child("subset"));
    return select(
        "%s[%d of %d, seed %d]".formatted(id, count, labels.length, seed.value()), indices);
  }

  /**
   * The first {@code count} images in stored order. Image folders store class by class: use {@link
   * #subset} where all classes are wanted.
   *
   * @throws WeitException unless 1 &lt;= count &lt;= size()
   */
  public ImageSet head(int count) {
    checkCount(count);
    return new ImageSet(
        "%s[first %d of %d]".formatted(id, count, labels.length),
        classes,
        new int[] {channels, height, width},
        Arrays.copyOf(labels, count),
        Arrays.copyOf(pixels, count * imageBytes()));
  }

  /** The images at {@code indices}, in that order, under a name of their own. */
  public ImageSet select(String newId, int... indices) {
    int image = imageBytes();
    byte[] chosen = new byte[checkedBytes(newId, indices.length, image)];
    int[] chosenLabels = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      copyTo(indices[i], chosen, i * image);
      chosenLabels[i] = labels[indices[i]];
    }
    return of(newId, classes, channels, height, width, chosenLabels, chosen);
  }

  private void checkCount(int count) {
    if (count < 1 || count > labels.length) {
      throw new WeitException(
          "Image set %s holds %d images; asked for %d, expected 1 to %d"
              .formatted(id, labels.length, count, labels.length));
    }
  }

  /** For people: id, number and shape of the images, number of classes. */
  @Override
  public String toString() {
    return "%s: %d images, %dx%dx%d, %d classes"
        .formatted(id, labels.length, channels, height, width, classes.size());
  }
}
