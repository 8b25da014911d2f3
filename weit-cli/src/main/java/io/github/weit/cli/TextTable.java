package io.github.weit.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** A table in plain text: columns as wide as they need, numbers to the right. */
final class TextTable {

  private static final Pattern NUMBER = Pattern.compile("-?[0-9][0-9,.]*( ?[kKMGT]?i?B?| %)?");

  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();

  TextTable(String... header) {
    this.header = List.of(header);
  }

  /** Adds a row of as many cells as the header has. */
  TextTable row(Object... cells) {
    if (cells.length != header.size()) {
      throw new IllegalArgumentException(cells.length + " cells for " + header);
    }
    rows.add(Arrays.stream(cells).map(String::valueOf).toList());
    return this;
  }

  @Override
  public String toString() {
    List<Column> columns = new ArrayList<>();
    for (int column = 0; column < header.size(); column++) {
      columns.add(column(column));
    }
    StringBuilder text = new StringBuilder();
    line(text, columns, header);
    rows.forEach(row -> line(text, columns, row));
    return text.toString();
  }

  /** How a column is set. */
  private record Column(int width, boolean numeric) {}

  private Column column(int index) {
    int width = header.get(index).length();
    boolean numeric = true;
    for (List<String> row : rows) {
      String cell = row.get(index);
      width = Math.max(width, cell.length());
      numeric = numeric && (cell.isEmpty() || NUMBER.matcher(cell).matches());
    }
    return new Column(width, numeric);
  }

  private static void line(StringBuilder text, List<Column> columns, List<String> row) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      String cell = row.get(i);
      String padding = " ".repeat(column.width() - cell.length());
      line.append(i == 0 ? "" : "  ");
      line.append(column.numeric() ? padding + cell : cell + padding);
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }
}
