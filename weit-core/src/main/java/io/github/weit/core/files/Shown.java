package io.github.weit.core.files;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;

/** Text from a file as a message may show it: short, on one line, without control characters. */
final class Shown {

  private static final int MOST = 160;

  private Shown() {}

  static String text(String text) {
    String start = text.length() <= MOST ? text : text.substring(0, MOST) + "...";
    StringBuilder shown = new StringBuilder(start.length());
    start
        .codePoints()
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
        .forEach(shown::appendCodePoint);
    return shown.toString();
  }

  static String quoted(String text) {
    return "'" + text(text) + "'";
  }

  /** The parser's token as the file spells it. */
  static String token(JsonParser json) throws IOException {
    return json.currentToken() == null ? "nothing" : quoted(json.getText());
  }
}
