package io.github.weit.cli;

import io.github.weit.core.WeitException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

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

  private static String reason(IOException e) {
    if (e instanceof FileAlreadyExistsException exists) {
      return exists.getFile() + " is a file where a folder is needed";
    }
    if (e instanceof AccessDeniedException denied) {
      return "access denied to " + denied.getFile();
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
