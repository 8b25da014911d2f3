package io.github.weit.training.data;

import io.github.weit.core.WeitException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The binary versions of CIFAR-10 and CIFAR-100 (Krizhevsky 2009): records of one or two label
 * bytes and 3,072 bytes of a 32x32 colour image, channel by channel.
 */
public final class CifarBinaries {
  private static final int IMAGE = 3 * 32 * 32;

  /** Which data set, and which of its labels. */
  public enum Variant {
    CIFAR10(1, 0, CifarClasses.CIFAR10),
    CIFAR100_FINE(2, 1, CifarClasses.CIFAR100_FINE),
    CIFAR100_COARSE(2, 0, CifarClasses.CIFAR100_COARSE);

    private final int labelBytes;
    private final int labelAt;
    private final List<String> classes;

    Variant(int labelBytes, int labelAt, List<String> classes) {
      this.labelBytes = labelBytes;
      this.labelAt = labelAt;
      this.classes = classes;
    }

    public List<String> classes() {
      return classes;
    }

    /** Bytes of one record: 3,073 or 3,074. */
    public int recordBytes() {
      return labelBytes + IMAGE;
    }
  }

  private CifarBinaries() {}

  /**
   * Reads files of records, one after the other.
   *
   * @throws WeitException if a file is missing, empty or no whole number of records, or a label is
   *     no class
   */
  public static ImageSet read(List<Path> files, Variant variant, String id) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Path file : files) {
      try {
        if (!Files.isRegularFile(file)) {
          throw new WeitException("No such file: " + file);
        }
        ImageSet.checkedBytes(id, all.size() + Files.size(file), 1);
        byte[] bytes = Files.readAllBytes(file);
        checkRecords(bytes.length, variant, file.toString());
        all.writeBytes(bytes);
      } catch (IOException e) {
        throw new WeitException("Reading %s failed: %s".formatted(file, e.getMessage()), e);
      }
    }
    return parse(all.toByteArray(), variant, id);
  }

  static void checkRecords(long length, Variant variant, String where) {
    if (length == 0 || length % variant.recordBytes() != 0) {
      throw new WeitException(
          ("%s: expected a multiple of %d bytes (records of %s), found %d; "
                  + "is it the binary version, and complete?")
              .formatted(where, variant.recordBytes(), variant, length));
    }
  }

  /** Splits whole records into labels and pixels. */
  static ImageSet parse(byte[] records, Variant variant, String id) {
    int count = records.length / variant.recordBytes();
    int[] labels = new int[count];
    byte[] pixels = new byte[count * IMAGE];
    for (int i = 0; i < count; i++) {
      int at = i * variant.recordBytes();
      labels[i] = records[at + variant.labelAt] & 0xFF;
      System.arraycopy(records, at + variant.labelBytes, pixels, i * IMAGE, IMAGE);
    }
    return ImageSet.of(id, variant.classes(), 3, 32, 32, labels, pixels);
  }
}
