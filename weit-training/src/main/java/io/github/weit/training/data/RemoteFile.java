package io.github.weit.training.data;

import io.github.weit.core.WeitException;
import java.net.URI;

/**
 * A file that can be fetched.
 *
 * @param name what it is called on disk
 * @param uri where it comes from
 * @param sha256 of its bytes, 64 lower-case hexadecimal digits
 */
public record RemoteFile(String name, URI uri, String sha256) {
  public RemoteFile {
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new WeitException(
          "%s: expected a SHA-256 of 64 hexadecimal digits, found %s".formatted(name, sha256));
    }
    if (name.isEmpty() || name.contains("/") || name.contains("\\") || name.startsWith(".")) {
      throw new WeitException("Not a plain file name: \"" + name + "\"");
    }
  }
}
