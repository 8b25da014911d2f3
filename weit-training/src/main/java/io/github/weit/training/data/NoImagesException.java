package io.github.weit.training.data;

import io.github.weit.core.WeitException;
import java.nio.file.Path;

/** A source without images where they were looked for. */
public final class NoImagesException extends WeitException {
  private static final long serialVersionUID = 1L;

  NoImagesException(String root) {
    super(
        "No class folders in " + root + ": expected <class>/<image>.png, .jpg, .bmp or .gif there");
  }

  /** A file of packed images without a part. */
  NoImagesException(Path file, String part) {
    super("%s holds no images of the part '%s'".formatted(file, part));
  }
}
