package io.github.weit.core;

/**
 * An error that a user can act on: its message says what is wrong, where, what was expected, what
 * was found and what to do. The command line prints the message alone; anything else that escapes
 * is a defect of this library.
 */
public class WeitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public WeitException(String message) {
    super(message);
  }

  public WeitException(String message, Throwable cause) {
    super(message, cause);
  }
}
