package io.github.weit.training.data;

import io.github.weit.core.WeitException;
import java.io.EOFException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Why reading failed, in words, also where the exception has none. */
final class Reason {

  private Reason() {}

  /** What ends a reading whose thread was interrupted: nothing is wrong with what it read. */
  static WeitException interrupted(Exception e) {
    return new WeitException("Interrupted while reading images", e);
  }

  static String of(Exception e) {
    if (e instanceof EOFException) {
      return "it ends too early";
    }
    if (e instanceof AccessDeniedException) {
      return "this user may not read " + e.getMessage();
    }
    if (e instanceof NoSuchFileException) {
      return e.getMessage() + " is not there, or a link to nothing";
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
