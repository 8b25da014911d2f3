package io.github.weit.training.data;

import io.github.weit.core.WeitException;

/** One image that no decoder reads; the rest of its source may be fine. */
final class UnreadableImageException extends WeitException {
  private static final long serialVersionUID = 1L;

  UnreadableImageException(String where, String why, Throwable cause) {
    super("Cannot read image %s: %s; replace or remove it".formatted(where, why), cause);
  }

  private UnreadableImageException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The same error, where so many images had been skipped before it. */
  UnreadableImageException after(int skipped) {
    return new UnreadableImageException(
        "%s (%d had been skipped, which is as many as may be)".formatted(getMessage(), skipped),
        this);
  }
}
