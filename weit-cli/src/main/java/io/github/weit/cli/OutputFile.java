package io.github.weit.cli;

import io.github.weit.core.WeitException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;

/** Whether results can be written, asked before they are computed. */
final class OutputFile {

  private OutputFile() {}

  /**
   * Makes the file's folder and tries to write in it.
   *
   * @throws WeitException if that fails, or the name is a folder's
   */
  static void requireWritable(Path file) {
    if (Files.isDirectory(file)) {
      throw new WeitException("cannot write " + file + ": it is a folder; name a file");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new WeitException(
          "cannot write %s: it is a device or pipe, which a file would replace; name a file"
              .formatted(file));
    }
    Path folder = file.toAbsolutePath().getParent();
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder);
      }
      Files.delete(Files.createTempFile(folder, ".weit-", ".tmp"));
    } catch (IOException e) {
      throw new WeitException(
          "cannot write %s: %s; choose another place with --out".formatted(file, reason(e)), e);
    }
  }

  /**
   * Asserts that a file is none of those that are read.
   *
   * @throws WeitException if it is, under whatever name
   */
  static void requireOther(Path file, Collection<Path> read) {
    if (read.stream().anyMatch(input -> isSame(file, input))) {
      throw new WeitException(
          "cannot write %s: it is also what is read; choose another --out".formatted(file));
    }
  }

  static boolean isSame(Path one, Path other) {
    try {
      return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize())
          || Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other);
    } catch (IOException e) {
      throw new WeitException("cannot look at %s and %s: %s".formatted(one, other, reason(e)), e);
    }
  }

  private static String reason(IOException e) {
    if (e instanceof FileAlreadyExistsException exists) {
      return exists.getFile() + " is a file where a folder is needed";
    }
    if (e instanceof AccessDeniedException denied) {
      return "access denied to " + denied.getFile();
    }
    if (e instanceof NoSuchFileException) {
      return "no file can be made there";
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
