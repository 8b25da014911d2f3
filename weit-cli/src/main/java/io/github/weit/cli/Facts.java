package io.github.weit.cli;

import java.util.Locale;

/** Facts for a person, one on a line. */
final class Facts {

  private static final int LONGEST_VALUE = 160;

  private Facts() {}

  /** Prints a key and a value that may come from a stranger's file: on one line, and no longer. */
  static void print(String key, Object value) {
    String flat = OneLine.of(String.valueOf(value).replace("\n", ", "));
    System.out.printf(
        Locale.ROOT,
        "  %-24s %s%n",
        OneLine.of(key),
        flat.length() <= LONGEST_VALUE ? flat : flat.substring(0, LONGEST_VALUE) + "...");
  }
}
