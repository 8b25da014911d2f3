package io.github.weit.core.files;

import io.github.weit.core.WeitException;
import java.util.Locale;

/** What this reader and writer accept at most. */
final class Limits {

  /** Bytes of the header; the format's own limit. */
  static final long HEADER_BYTES = 100_000_000;

  /** Axes of one tensor; no engine has more. */
  static final int AXES = 64;

  /** Bytes moved at a time. */
  static final int CHUNK = 1 << 20;

  private Limits() {}

  /**
   * Checks that {@code bytes} fit one Java buffer.
   *
   * @throws WeitException if not, naming {@code what}
   */
  static void requireOneBuffer(String what, long bytes) {
    if (bytes > Integer.MAX_VALUE) {
      throw new WeitException(
          String.format(
              Locale.ROOT,
              "%s takes %d bytes; one tensor may take at most %d (2 GiB - 1): split it along an"
                  + " axis",
              what,
              bytes,
              Integer.MAX_VALUE));
    }
  }
}
