package io.github.weit.training.data;

import io.github.weit.core.WeitException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The binary versions of CIFAR-10 and CIFAR-100 (Krizhevsky 2009): records of one or two label
 * bytes and 3,072 bytes of a 32x32 colour image, channel by channel.
 */
public final class CifarBinaries {
  private static final int IMAGE = 3 * 32 * 32;
  private static final int MAX_FILE_BYTES = Integer.MAX_VALUE - 8;

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
    List<byte[]> parts = new ArrayList<>();
    for (Path file : files) {
      try {
        if (!Files.isRegularFile(file)) {
          throw new WeitException("No such file: " + file);
        }
        checkFits(Files.size(file), file.toString());
        byte[] bytes = Files.readAllBytes(file);
        checkRecords(bytes.length, variant, file.toString());
        parts.add(bytes);
      } catch (IOException e) {
        throw new WeitException("Reading %s failed: %s".formatted(file, Reason.of(e)), e);
      }
    }
    return join(parts, variant, id);
  }

  /**
   * Reads members of a {@code .tar.gz} without unpacking it to disk.
   *
   * @param members their paths in the archive, in the order in which they are to follow each other
   * @throws WeitException if the archive is damaged or lacks a member, or as {@link #read} does
   */
  public static ImageSet readArchive(
      Path archive, List<String> members, Variant variant, String id) {
    Map<String, byte[]> found = new HashMap<>();
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new GZIPInputStream(file, 1 << 16), "UTF-8")) {
      TarArchiveEntry entry = tar.getNextEntry();
      for (; entry != null && found.size() < members.size(); entry = tar.getNextEntry()) {
        if (members.contains(entry.getName())) {
          checkFits(entry.getSize(), archive + "!" + entry.getName());
          byte[] bytes = tar.readNBytes((int) entry.getSize());
          checkRecords(bytes.length, variant, archive + "!" + entry.getName());
          found.put(entry.getName(), bytes);
        }
      }
    } catch (IOException e) {
      throw new WeitException(
          "Reading %s failed: %s; remove it and fetch it again".formatted(archive, Reason.of(e)),
          e);
    }
    List<byte[]> parts = new ArrayList<>();
    for (String member : members) {
      if (!found.containsKey(member)) {
        throw new WeitException(
            "%s holds no %s; is it the binary version?".formatted(archive, member));
      }
      parts.add(found.get(member));
    }
    return join(parts, variant, id);
  }

  private static void checkFits(long length, String where) {
    if (length > MAX_FILE_BYTES) {
      throw new WeitException(
          "%s takes %d bytes, expected at most %d; split it between records"
              .formatted(where, length, MAX_FILE_BYTES));
    }
  }

  private static void checkRecords(long length, Variant variant, String where) {
    if (length == 0 || length % variant.recordBytes() != 0) {
      throw new WeitException(
          ("%s: expected a multiple of %d bytes (records of %s), found %d; "
                  + "is it the binary version, and complete?")
              .formatted(where, variant.recordBytes(), variant, length));
    }
  }

  /** Splits whole records into labels and pixels. */
  private static ImageSet join(List<byte[]> parts, Variant variant, String id) {
    int record = variant.recordBytes();
    int count = parts.stream().mapToInt(part -> part.length / record).sum();
    byte[][] images = new byte[count][];
    int[] labels = new int[count];
    int n = 0;
    for (byte[] part : parts) {
      for (int at = 0; at < part.length; at += record) {
        labels[n] = part[at + variant.labelAt] & 0xFF;
        images[n++] = Arrays.copyOfRange(part, at + variant.labelBytes, at + record);
      }
    }
    return ImageSet.of(id, variant.classes(), 3, 32, 32, labels, images);
  }
}
