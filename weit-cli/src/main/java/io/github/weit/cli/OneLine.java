package io.github.weit.cli;

/**
 * Text that may come from a stranger's file, as a terminal may show it: without line breaks and
 * without characters that move its cursor, change its colours or turn the direction of writing.
 */
final class OneLine {

  private OneLine() {}

  static String of(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints().map(c -> isPlain(c) ? c : ' ').forEach(shown::appendCodePoint);
    return shown.toString();
  }

  private static boolean isPlain(int c) {
    int type = Character.getType(c);
    return !Character.isISOControl(c)
        && type != Character.FORMAT
        && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR
        && type != Character.SURROGATE;
  }
}
