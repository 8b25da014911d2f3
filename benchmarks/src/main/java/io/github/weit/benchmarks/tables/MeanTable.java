package io.github.weit.benchmarks.tables;

import io.github.weit.cli.report.Summary;
import java.util.ArrayList;
import java.util.List;

/** Means over all sizes of a file, one in the last column of each row; what rows say is kept. */
record MeanTable(List<Cell> cells) implements Table {

  /** Reads accuracies with commas between them. */
  static MeanTable parse(String text, int files) {
    return new MeanTable(Cell.parse(text, files));
  }

  @Override
  public List<String> rows(List<String> old, List<Summary> files) {
    if (old.size() != cells.size()) {
      throw new IllegalArgumentException(
          "expected a row for each of %d accuracies, found %d".formatted(cells.size(), old.size()));
    }
    List<String> sizes = files.get(0).sizes();
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < old.size(); i++) {
      List<String> columns = new ArrayList<>(Table.columns(old.get(i)));
      columns.set(columns.size() - 1, cells.get(i).mean(sizes, files).orElse("-"));
      rows.add(Table.row(columns));
    }
    return rows;
  }
}
