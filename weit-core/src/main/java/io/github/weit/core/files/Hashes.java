package io.github.weit.core.files;

import io.github.weit.core.NamedArrays;
import io.github.weit.core.WeitException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 as 64 lower-case hexadecimal digits. */
public final class Hashes {

  private Hashes() {}

  /**
   * The hash of a file's bytes, read in pieces.
   *
   * @throws WeitException if the file is missing or cannot be read
   */
  public static String sha256(Path path) {
    MessageDigest digest = digest();
    byte[] piece = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(path)) {
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        digest.update(piece, 0, read);
      }
    } catch (NoSuchFileException e) {
      throw new WeitException("no such file " + path, e);
    } catch (IOException e) {
      throw new WeitException("cannot read " + path + ": " + e.getMessage(), e);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The hash of all parts one after the other; where one part ends leaves no trace. */
  public static String sha256(byte[]... parts) {
    MessageDigest digest = digest();
    for (byte[] part : parts) {
      digest.update(part);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The hash of arrays' names and numbers, in their order; one array at a time is copied. */
  public static String sha256(NamedArrays arrays) {
    MessageDigest digest = digest();
    arrays.forEach(
        (name, array) -> {
          digest.update(name.getBytes(StandardCharsets.UTF_8));
          digest.update(array.toByteArray());
        });
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
