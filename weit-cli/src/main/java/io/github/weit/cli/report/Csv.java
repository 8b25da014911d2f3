package io.github.weit.cli.report;

import io.github.weit.core.WeitException;
import java.util.ArrayList;
import java.util.List;

/**
 * The CSV of RFC 4180: fields with commas, quotes or line breaks are quoted, quotes inside are
 * doubled.
 */
public final class Csv {

  /**
   * A record of the file.
   *
   * @param line where it begins, from 1
   * @param fields without their quotes
   */
  public record Line(int line, List<String> fields) {}

  private final String text;
  private final String source;
  private int at;
  private int line = 1;

  private Csv(String text, String source) {
    this.text = text;
    this.source = source;
  }

  /**
   * Splits a file; accepts LF and CRLF, a missing last line break, and skips empty lines.
   *
   * @param source what to call the file in a message
   */
  public static List<Line> parse(String text, String source) {
    return new Csv(text, source).records();
  }

  /** One record, without its line break. */
  public static String format(List<String> fields) {
    return String.join(",", fields.stream().map(Csv::quote).toList());
  }

  private static String quote(String field) {
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }

  private List<Line> records() {
    List<Line> records = new ArrayList<>();
    while (at < text.length()) {
      int start = line;
      List<String> fields = record();
      if (fields.size() > 1 || !fields.get(0).isEmpty()) {
        records.add(new Line(start, List.copyOf(fields)));
      }
    }
    return records;
  }

  private List<String> record() {
    List<String> fields = new ArrayList<>();
    while (true) {
      fields.add(at < text.length() && text.charAt(at) == '"' ? quoted() : bare());
      if (at == text.length()) {
        return fields;
      }
      char end = text.charAt(at++);
      if (end == '\r' && at < text.length() && text.charAt(at) == '\n') {
        end = text.charAt(at++);
      }
      if (end != ',') {
        line++;
        return fields;
      }
    }
  }

  private String bare() {
    int from = at;
    while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
      if (text.charAt(at) == '"') {
        throw wrong("a quote inside a field that does not begin with one");
      }
      at++;
    }
    return text.substring(from, at);
  }

  private String quoted() {
    StringBuilder field = new StringBuilder();
    int opened = line;
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        if (at + 1 == text.length() || text.charAt(at + 1) != '"') {
          at++;
          if (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
            throw wrong("text after a closing quote");
          }
          return field.toString();
        }
        at++;
      }
      line += c == '\n' ? 1 : 0;
      field.append(c);
    }
    line = opened;
    throw wrong("a quote that is never closed");
  }

  private WeitException wrong(String what) {
    return new WeitException(
        source
            + ", line "
            + line
            + ": found "
            + what
            + "; expected CSV as in RFC 4180. Repair or remove the line.");
  }
}
