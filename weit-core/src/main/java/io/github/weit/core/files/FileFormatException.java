package io.github.weit.core.files;

import io.github.weit.core.WeitException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A file that breaks the container's rules. The message names the file, the tensor, what was
 * expected and what found.
 */
public final class FileFormatException extends WeitException {
  private static final long serialVersionUID = 1L;

  /** One constant for each way in which a file can be wrong. */
  public enum Problem {
    TOO_SHORT("too short to hold a header"),
    HEADER_TOO_LARGE("the header is too large"),
    HEADER_BEYOND_FILE("the header runs past the end of the file"),
    INVALID_UTF8("the header is not UTF-8"),
    INVALID_JSON("the header is not the expected JSON"),
    DUPLICATE_KEY("a key stands twice"),
    INVALID_METADATA("__metadata__ is not a map from strings to strings"),
    MISSING_FIELD("a tensor's entry lacks a field"),
    UNEXPECTED_FIELD("a tensor's entry has a field that the format does not know"),
    UNKNOWN_DTYPE("unknown element type"),
    INVALID_SHAPE("invalid shape"),
    INVALID_OFFSETS("invalid data_offsets"),
    OVERFLOW("a number does not fit 63 bits"),
    SIZE_MISMATCH("the byte range does not fit type and shape"),
    HOLE_OR_OVERLAP("tensors leave a hole or overlap"),
    TRAILING_OR_MISSING_BYTES("the tensors do not end where the file ends"),
    INVALID_VALUE("a byte that is no value of its type");

    private final String sentence;

    Problem(String sentence) {
      this.sentence = sentence;
    }
  }

  private final Problem problem;

  /**
   * @param where the tensor or the place, empty if it is the file as a whole
   */
  FileFormatException(Problem problem, Path path, String where, String expected, String found) {
    super(
        String.format(
            Locale.ROOT,
            "%s: %s%s: expected %s, found %s; the file is damaged or not a safetensors file",
            path,
            problem.sentence,
            where.isEmpty() ? "" : " (" + where + ")",
            expected,
            found));
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
