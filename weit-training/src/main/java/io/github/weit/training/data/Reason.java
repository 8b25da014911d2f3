package io.github.weit.training.data;

import java.io.EOFException;

/** Why reading failed, in words, also where the exception has none. */
final class Reason {

  private Reason() {}

  static String of(Exception e) {
    if (e instanceof EOFException) {
      return "it ends too early";
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
