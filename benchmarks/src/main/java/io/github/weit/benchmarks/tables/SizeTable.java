package io.github.weit.benchmarks.tables;

import io.github.weit.cli.report.Summary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A row for each size of which everything was measured, from the smallest to the largest.
 *
 * @param columns each of one entry or more
 * @param withMean whether a row of means over the sizes follows
 */
record SizeTable(List<List<Cell>> columns, boolean withMean) implements Table {

  /** Reads columns with bars between them. */
  static SizeTable parse(String text, int files, boolean withMean) {
    return new SizeTable(
        Arrays.stream(text.split("\\|")).map(column -> Cell.parse(column, files)).toList(),
        withMean);
  }

  @Override
  public List<String> rows(List<String> old, List<Summary> files) {
    List<String> rows = new ArrayList<>();
    List<String> shown = new ArrayList<>();
    for (String size : files.get(0).sizes()) {
      if (columns.stream()
          .flatMap(List::stream)
          .allMatch(cell -> cell.at(size, files).isPresent())) {
        shown.add(size);
        rows.add(row(cell -> cell.at(size, files)));
      }
    }
    if (withMean && !shown.isEmpty()) {
      rows.add(row(cell -> cell.mean(shown, files)));
    }
    return rows;
  }

  private String row(Function<Cell, Optional<String>> text) {
    return Table.row(
        columns.stream()
            .map(
                column ->
                    column.stream()
                        .map(text)
                        .flatMap(Optional::stream)
                        .collect(Collectors.joining(", ")))
            .toList());
  }
}
