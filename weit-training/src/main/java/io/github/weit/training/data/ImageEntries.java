package io.github.weit.training.data;

import io.github.weit.core.WeitException;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Walks the class folders of a folder, a zip or a tar file, nothing is unpacked to disk. Names that
 * leave the source, links that do, and entries beyond the limits are errors.
 */
final class ImageEntries {

  /** The most bytes of one image file. */
  static final int MAX_ENTRY_BYTES = 1 << 26;

  /**
   * The most bytes of a file that is passed over in a compressed tar: they must be unpacked all the
   * same.
   */
  private static final long MAX_SKIPPED_BYTES = 1L << 32;

  /** Images too deep in a folder are errors; this bounds the search for them. */
  private static final int MAX_DEPTH = 4;

  private static final Set<String> EXTENSIONS = Set.of("png", "jpg", "jpeg", "bmp", "gif");

  /** What the walk finds: class folders, also empty ones, and encoded images. */
  interface Visitor {
    void classFolder(String name);

    void image(String folder, String name, byte[] encoded);

    /** An image that is there by its name, and cannot be opened. */
    void unopened(String folder, String name, FileSystemException why);
  }

  private final Path source;
  private final String subPath;
  private final Visitor visitor;

  private ImageEntries(Path source, String subPath, Visitor visitor) {
    this.source = source;
    this.subPath = subPath;
    this.visitor = visitor;
  }

  static void walk(Path source, String subPath, Visitor visitor) {
    ImageEntries entries = new ImageEntries(source, subPath, visitor);
    String name = source.toString().toLowerCase(Locale.ROOT);
    try {
      if (!Files.exists(source)) {
        throw new WeitException(
            "No such file or folder: "
                + source
                + "; expected a folder, .zip, .tar or .tar.gz of class folders");
      } else if (Files.isDirectory(source)) {
        entries.folder();
      } else if (name.endsWith(".zip")) {
        entries.zip();
      } else if (name.endsWith(".tar") || name.endsWith(".tar.gz") || name.endsWith(".tgz")) {
        entries.tar(!name.endsWith(".tar"));
      } else {
        throw new WeitException(
            "Cannot read images from %s: expected a folder, .zip, .tar, .tar.gz or .tgz"
                .formatted(source));
      }
    } catch (ClosedByInterruptException e) {
      throw Reason.interrupted(e);
    } catch (IOException e) {
      throw new WeitException(
          "Reading %s failed: %s%s"
              .formatted(
                  source,
                  Reason.of(e),
                  e instanceof FileSystemException
                      ? ""
                      : "; the file may be damaged or incomplete"),
          e);
    }
  }

  private void folder() throws IOException {
    Path root = source.resolve(subPath);
    if (!Files.isDirectory(root)) {
      return;
    }
    folder(root, source.toRealPath(), 1);
  }

  private void folder(Path folder, Path realRoot, int depth) throws IOException {
    for (Path child : children(folder)) {
      boolean isFolder = Files.isDirectory(inside(realRoot, child));
      offer(relative(child), isFolder, () -> readFile(child));
      if (isFolder && depth < MAX_DEPTH && !isHidden(child.getFileName().toString())) {
        folder(child, realRoot, depth + 1);
      }
    }
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    }
  }

  private String relative(Path path) {
    return source.relativize(path).toString().replace(File.separatorChar, '/');
  }

  private static Path inside(Path realRoot, Path path) throws IOException {
    if (!Files.isSymbolicLink(path)) {
      return path;
    }
    Path real;
    try {
      real = path.toRealPath();
    } catch (FileSystemException e) {
      return path; // a link to nothing, or to itself: whoever opens it will see
    }
    if (!real.startsWith(realRoot)) {
      throw new WeitException(
          "%s is a link to %s, outside of %s; links must stay inside"
              .formatted(path, real, realRoot));
    }
    return path;
  }

  /** The bytes of an image file, if there are no more than may be. */
  static byte[] readFile(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return bounded(in, Files.size(file), file.toString());
    }
  }

  private void zip() throws IOException {
    try (ZipFile zip = new ZipFile(source.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        offer(
            entry.getName(),
            entry.isDirectory(),
            () -> {
              try (InputStream in = zip.getInputStream(entry)) {
                String where = source + "!" + entry.getName();
                return checked(bounded(in, entry.getSize(), where), entry.getCrc(), where);
              }
            });
      }
    }
  }

  /** What the JDK leaves out. */
  private static byte[] checked(byte[] bytes, long expected, String where) {
    CRC32 sum = new CRC32();
    sum.update(bytes);
    if (expected >= 0 && sum.getValue() != expected) {
      throw new WeitException(
          where + ": its checksum is not the one that the archive gives; the file is damaged");
    }
    return bytes;
  }

  private void tar(boolean gzip) throws IOException {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(source), 1 << 16);
        InputStream plain = gzip ? new GZIPInputStream(file, 1 << 16) : file;
        TarArchiveInputStream tar = new TarArchiveInputStream(plain, "UTF-8")) {
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        TarArchiveEntry entry = e;
        if (entry.getSize() > MAX_SKIPPED_BYTES || entry.isSparse()) {
          throw tooLarge(source + "!" + entry.getName(), MAX_SKIPPED_BYTES);
        }
        offer(
            entry.getName(),
            entry.isDirectory(),
            () -> {
              if (!plain(entry)) {
                throw new WeitException(
                    "%s!%s is a link or special file; only plain files are read from archives"
                        .formatted(source, entry.getName()));
              }
              return bounded(tar, entry.getSize(), source + "!" + entry.getName());
            });
      }
    }
  }

  private static boolean plain(TarArchiveEntry entry) {
    byte kind = entry.getLinkFlag();
    return kind == TarConstants.LF_NORMAL || kind == TarConstants.LF_OLDNORM;
  }

  private interface Content {
    byte[] read() throws IOException;
  }

  private void offer(String name, boolean isFolder, Content content) throws IOException {
    String path = safe(name);
    if (!subPath.isEmpty()) {
      if (!path.startsWith(subPath + "/")) {
        return;
      }
      path = path.substring(subPath.length() + 1);
    }
    String[] parts = path.split("/");
    for (String part : parts) {
      if (isHidden(part)) {
        return;
      }
    }
    if (isFolder) {
      if (parts.length == 1 && !path.isEmpty()) {
        visitor.classFolder(path);
      }
      return;
    }
    if (parts.length == 2) {
      visitor.classFolder(parts[0]);
    }
    if (!isImage(path)) {
      return;
    }
    if (parts.length != 2) {
      throw new WeitException(
          "Image %s of %s: expected <class>/<image>, found %s; %s"
              .formatted(
                  name,
                  source,
                  path,
                  parts.length == 1
                      ? "move it into a class folder or remove it"
                      : "a folder stands above the class folders: name it, or what is in '%s' alone"
                          .formatted(parts[0])));
    }
    byte[] encoded;
    try {
      encoded = content.read();
    } catch (FileSystemException e) {
      visitor.unopened(parts[0], parts[1], e);
      return;
    }
    visitor.image(parts[0], parts[1], encoded);
  }

  /** The name with single slashes and without "./", or an error if it could leave the source. */
  private String safe(String name) {
    if (name.indexOf('\uFFFD')
        >= 0) { // what stands for bytes that are no text: several names in one
      throw new WeitException(
          "Entry \"%s\" of %s has a name that cannot be read here: expected UTF-8; for a folder the locale must be of UTF-8 too, such as LC_ALL=C.UTF-8"
              .formatted(name, source));
    }
    boolean leaves = name.startsWith("/") || name.indexOf('\\') >= 0 || name.matches("[A-Za-z]:.*");
    StringBuilder path = new StringBuilder();
    for (String part : name.split("/")) {
      leaves |= part.equals("..") || part.indexOf('\0') >= 0;
      if (!part.isEmpty() && !part.equals(".")) {
        path.append(path.isEmpty() ? "" : "/").append(part);
      }
    }
    if (leaves) {
      throw new WeitException(
          "Entry \"%s\" of %s has a name that leaves the archive; do not use this file"
              .formatted(name, source));
    }
    return path.toString();
  }

  /** Whether a name is an image's. */
  static boolean isImage(String name) {
    return EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
  }

  static boolean isHidden(String name) {
    return name.startsWith(".") || name.equals("__MACOSX");
  }

  /** Reads what an entry says it has; one that says too much, or less than it has, is refused. */
  private static byte[] bounded(InputStream in, long declared, String where) throws IOException {
    if (declared > MAX_ENTRY_BYTES) {
      throw tooLarge(where, MAX_ENTRY_BYTES);
    }
    byte[] bytes = in.readNBytes((int) Math.max(declared, 0));
    if (bytes.length < declared || in.read() >= 0) {
      throw new WeitException(
          "%s declares %d bytes, but holds %s; the file may be damaged or incomplete"
              .formatted(where, declared, bytes.length < declared ? bytes.length : "more"));
    }
    return bytes;
  }

  private static WeitException tooLarge(String where, long limit) {
    return new WeitException(
        "%s is larger than %d bytes, the most that is accepted; remove it".formatted(where, limit));
  }
}
