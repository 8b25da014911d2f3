package io.github.weit.training.data;

import io.github.weit.core.WeitException;

/** A folder or an archive that has no class folders where they were looked for. */
public final class NoImagesException extends WeitException {
  private static final long serialVersionUID = 1L;

  NoImagesException(String root) {
    super(
        "No class folders in " + root + ": expected <class>/<image>.png, .jpg, .bmp or .gif there");
  }
}
