package io.github.weit.benchmarks.tables;

import io.github.weit.cli.report.Moment;
import io.github.weit.cli.report.Summary;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The rows of a table that follow from files of results. */
interface Table {

  /**
   * Lines of Markdown, without the table's head.
   *
   * @param old the lines that are there
   */
  List<String> rows(List<String> old, List<Summary> files);

  /**
   * Reads {@code composed}, {@code fitted}, {@code start}, or the number of an epoch.
   *
   * @throws IllegalArgumentException if it is none of them
   */
  static Moment moment(String text) {
    return Stream.of(Moment.START, Moment.COMPOSED, Moment.FITTED)
        .filter(moment -> moment.phase().equals(text))
        .findFirst()
        .orElseGet(() -> new Moment(epoch(text)));
  }

  private static int epoch(String text) {
    if (!text.matches("[1-9]\\d{0,3}")) {
      throw new IllegalArgumentException(
          "expected composed, fitted, start or an epoch's number, found '%s'".formatted(text));
    }
    return Integer.parseInt(text);
  }

  /** What a line of Markdown has between its bars. */
  static List<String> columns(String row) {
    String inner = row.strip().replaceAll("^\\||\\|$", "");
    return Arrays.stream(inner.split("\\|", -1)).map(String::strip).toList();
  }

  /** A line of Markdown. */
  static String row(List<String> columns) {
    StringBuilder line = new StringBuilder("|");
    columns.forEach(
        column -> line.append(' ').append(column).append(column.isEmpty() ? "|" : " |"));
    return line.toString();
  }
}
