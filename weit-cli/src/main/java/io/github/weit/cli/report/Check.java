package io.github.weit.cli.report;

import io.github.weit.core.WeitException;

/** Checks of a record's fields. */
final class Check {

  private Check() {}

  /**
   * Throws a {@link WeitException} that begins with the field's name, unless the condition holds.
   */
  static void that(boolean holds, String field, String expected, Object found) {
    if (!holds) {
      throw new WeitException(field + ": expected " + expected + ", found \"" + found + "\"");
    }
  }
}
