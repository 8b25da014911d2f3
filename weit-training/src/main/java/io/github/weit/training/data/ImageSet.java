package io.github.weit.training.data;

import ai.djl.ndarray.types.Shape;
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
import java.util.stream.IntStream;

/**
 * Labelled images of one shape in host memory: uint8, channel by channel, row by row ({@code
 * NCHW}). Immutable. Parts of a set share its images. A set may be as large as the heap; one from
 * {@link PackedImages}, as large as the disk.
 */
public final class ImageSet {

  /** The most bytes of one image, just under 2 GiB. */
  static final int MAX_IMAGE_BYTES = Integer.MAX_VALUE - 8;

  private final String id;
  private final List<String> classes;
  private final int channels;
  private final int height;
  private final int width;
  private final int[] labels;
  private final Pixels pixels;
  private String sha256;

  private ImageSet(String id, List<String> classes, int[] shape, int[] labels, Pixels pixels) {
    this.id = id;
    this.classes = classes;
    this.channels = shape[0];
    this.height = shape[1];
    this.width = shape[2];
    this.labels = labels;
    this.pixels = pixels;
  }

  /**
   * A set of {@code labels.length} images that lie one after the other. Pixels are copied, labels
   * are not and must not be changed afterwards.
   *
   * @param id where the images come from, for example {@code "cifar10/train"}
   * @param classes names of the classes, unique, in the order of their numbers
   * @param channels 1 or 3
   * @param labels the class number of each image
   * @param pixels {@code (labels.length, channels, height, width)}, unsigned bytes
   * @throws WeitException if a label is no class, or the sizes disagree
   */
  public static ImageSet of(
      String id,
      List<String> classes,
      int channels,
      int height,
      int width,
      int[] labels,
      byte[] pixels) {
    int image = checkedImageBytes(id, channels, height, width);
    if ((long) labels.length * image != pixels.length) {
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
    byte[][] images = new byte[labels.length][];
    for (int i = 0; i < images.length; i++) {
      images[i] = Arrays.copyOfRange(pixels, i * image, (i + 1) * image);
    }
    return of(id, classes, channels, height, width, labels, images);
  }

  /**
   * A set of images that may take more than one Java array can hold. No array is copied, and none
   * may be changed afterwards.
   *
   * @param id where the images come from, for example {@code "flowers/train"}
   * @param classes names of the classes, unique, in the order of their numbers
   * @param channels 1 or 3
   * @param labels the class number of each image
   * @param images of each image {@code (channels, height, width)}, unsigned bytes
   * @throws WeitException if a label is no class, or the sizes disagree
   */
  public static ImageSet of(
      String id,
      List<String> classes,
      int channels,
      int height,
      int width,
      int[] labels,
      byte[][] images) {
    ImageSet set = of(id, classes, channels, height, width, labels, new Pixels.OnHeap(images));
    for (int i = 0; i < images.length; i++) {
      if (images[i].length != set.imageBytes()) {
        throw new WeitException(
            "Image set %s: an image of %dx%dx%d needs %d bytes, found %d in image %d"
                .formatted(id, channels, height, width, set.imageBytes(), images[i].length, i));
      }
    }
    return set;
  }

  /** The same of images that lie anywhere, each of as many bytes as its shape says. */
  static ImageSet of(
      String id,
      List<String> classes,
      int channels,
      int height,
      int width,
      int[] labels,
      Pixels images) {
    Objects.requireNonNull(id, "id");
    if (classes.isEmpty() || classes.stream().distinct().count() != classes.size()) {
      throw new WeitException(
          "Image set " + id + ": class names must be unique and at least one, found " + classes);
    }
    for (String name : classes) {
      if (name.isBlank() || name.indexOf('\n') >= 0) { // files hold one on a line
        throw new WeitException(
            "Image set %s: class names must be of one line and not blank, found \"%s\""
                .formatted(id, name.replace("\n", "\\n")));
      }
    }
    checkedImageBytes(id, channels, height, width);
    if (labels.length == 0) {
      throw new WeitException("Image set " + id + " holds no image");
    }
    if (images.count() != labels.length) {
      throw new WeitException(
          "Image set %s: expected as many images as labels, found %d and %d"
              .formatted(id, images.count(), labels.length));
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes.size()) {
        throw new WeitException(
            "Image set %s: image %d has label %d, expected 0 to %d (there are %d classes)"
                .formatted(id, i, labels[i], classes.size() - 1, classes.size()));
      }
    }
    return new ImageSet(
        id, List.copyOf(classes), new int[] {channels, height, width}, labels, images);
  }

  /** Bytes of one image, or an error if its shape is impossible. */
  static int checkedImageBytes(String id, int channels, int height, int width) {
    if (channels != 1 && channels != 3) {
      throw new WeitException(
          "Image set " + id + ": expected 1 (grey) or 3 (colour) channels, found " + channels);
    }
    if (height < 1 || width < 1) {
      throw new WeitException(
          "Image set %s: images must have at least one pixel, found %dx%d (height x width)"
              .formatted(id, height, width));
    }
    if ((long) height * width > MAX_IMAGE_BYTES / channels) {
      throw new WeitException(
          "Image set %s: one image of %d channels, %dx%d (height x width), takes more than %d bytes (2 GiB); use smaller images"
              .formatted(id, channels, height, width, MAX_IMAGE_BYTES));
    }
    return channels * height * width;
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
    pixels.copy(index, target, offset);
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
    byte[] image = new byte[imageBytes()];
    for (int i = 0; i < labels.length; i++) {
      pixels.copy(i, image, 0);
      int at = 0;
      for (long[] channel : counts) {
        for (int end = at + plane; at < end; at++) {
          channel[image[at] & 0xFF]++;
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
      byte[] image = new byte[imageBytes()];
      for (int i = 0; i < labels.length; i++) {
        pixels.copy(i, image, 0);
        digest.update(image);
      }
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
        "%s[%s of %s, seed %s]".formatted(id, count, labels.length, seed.value()), indices);
  }

  /**
   * The first {@code count} images in stored order. Image folders store class by class: use {@link
   * #subset} where all classes are wanted.
   *
   * @throws WeitException unless 1 &lt;= count &lt;= size()
   */
  public ImageSet head(int count) {
    checkCount(count);
    return select(
        "%s[first %s of %s]".formatted(id, count, labels.length),
        IntStream.range(0, count).toArray());
  }

  /** The images at {@code indices}, in that order, under a name of their own. */
  public ImageSet select(String newId, int... indices) {
    int[] chosen = Arrays.stream(indices).map(index -> labels[index]).toArray();
    return of(newId, classes, channels, height, width, chosen, pixels.select(indices));
  }

  /**
   * Asserts that a network takes these images and tells their classes apart.
   *
   * @param network what it is, for the message
   * @param shape {@code (channels, height, width)} of what it takes
   * @param count of its classes
   * @throws WeitException if it does not
   */
  public void requireFor(String network, Shape shape, int count) {
    Shape own = new Shape(channels, height, width);
    if (!own.equals(shape)) {
      throw new WeitException(
          "%s takes images of shape %s (channels, height, width), those of %s have %s"
              .formatted(network, shape, id, own));
    }
    if (classes.size() != count) {
      throw new WeitException(
          "%s tells %d classes apart, %s has %d".formatted(network, count, id, classes.size()));
    }
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
    return "%s: %s images, %sx%sx%s, %s classes"
        .formatted(id, labels.length, channels, height, width, classes.size());
  }
}
