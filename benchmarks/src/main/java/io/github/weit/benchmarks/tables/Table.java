package io.github.weit.benchmarks.tables;

import java.util.Arrays;
import java.util.List;

/** The rows of a table that follow from files of results. */
interface Table {

  /**
   * Lines of Markdown, without the table's head.
   *
   * @param old the lines that are there
   */
  List<String> rows(List<String> old, List<Results> files);

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
