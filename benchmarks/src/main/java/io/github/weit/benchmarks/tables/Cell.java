package io.github.weit.benchmarks.tables;

import io.github.weit.cli.report.BySize;
import io.github.weit.cli.report.Moment;
import io.github.weit.cli.report.Numbers;
import io.github.weit.cli.report.Statistic;
import io.github.weit.cli.report.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One of the entries, with commas between them, in a column of a table of sizes. */
sealed interface Cell {

  /** What stands there for a size; empty if it was not measured. */
  Optional<String> at(String size, List<Summary> files);

  /** What stands in the last row; empty if nothing can. */
  Optional<String> mean(List<String> sizes, List<Summary> files);

  /** The size itself. */
  record Name() implements Cell {

    @Override
    public Optional<String> at(String size, List<Summary> files) {
      return Optional.of(size);
    }

    @Override
    public Optional<String> mean(List<String> sizes, List<Summary> files) {
      return Optional.of("mean");
    }
  }

  /**
   * Numbers of the model, or those that a method fits.
   *
   * @param method empty for the model
   */
  record Count(Optional<String> method) implements Cell {

    @Override
    public Optional<String> at(String size, List<Summary> files) {
      Summary summary = files.get(0);
      long count =
          method.map(fits -> summary.fitted(size, fits)).orElseGet(() -> summary.parameters(size));
      return count == 0 ? Optional.empty() : Optional.of(Numbers.count(count));
    }

    @Override
    public Optional<String> mean(List<String> sizes, List<Summary> files) {
      return Optional.empty();
    }
  }

  /**
   * An accuracy.
   *
   * @param file its place among the files of the table, from 0
   * @param bold whether it is to be seen first
   */
  record Accuracy(String method, int file, Moment moment, boolean bold) implements Cell {

    /** The mean of what seeds have, and their standard deviation where they differ: 53.3 ± 0.4. */
    @Override
    public Optional<String> at(String size, List<Summary> files) {
      return accuracy(size, files)
          .map(
              seeds ->
                  Numbers.percent(seeds.mean())
                      + (seeds.min() == seeds.max()
                          ? ""
                          : " ± " + Numbers.percent(seeds.deviation())))
          .map(this::weighted);
    }

    @Override
    public Optional<String> mean(List<String> sizes, List<Summary> files) {
      BySize all = new BySize(sizes, size -> accuracy(size, files));
      return all.size() < sizes.size() || all.isEmpty()
          ? Optional.empty()
          : Optional.of(weighted(Numbers.percent(all.mean())));
    }

    private Optional<Statistic> accuracy(String size, List<Summary> files) {
      return files.get(file).accuracy(size, method, moment);
    }

    private String weighted(String text) {
      return bold ? "**" + text + "**" : text;
    }
  }

  /** {@code size}, {@code parameters}, {@code fitted numbers of METHOD} or accuracies. */
  Pattern NUMBERS_OF = Pattern.compile("fitted numbers of (\\S+)");

  /** A method, of another file than the first where its place from 1 follows. */
  Pattern ACCURACY = Pattern.compile("(?:([a-z][a-z-]*)(?:@(\\d))? )?(\\*?)(\\S+)");

  /**
   * Reads the entries of a column: {@code weit composed, *fitted} are two of one method, the second
   * in bold type; {@code weit@2 3} is its third epoch in the second file.
   *
   * @throws IllegalArgumentException if it is none
   */
  static List<Cell> parse(String column, int files) {
    List<Cell> cells = new ArrayList<>();
    String method = "";
    int file = 0;
    for (String entry : column.strip().split(", *")) {
      Matcher numbers = NUMBERS_OF.matcher(entry);
      Matcher accuracy = ACCURACY.matcher(entry);
      if (entry.equals("size")) {
        cells.add(new Name());
      } else if (entry.equals("parameters")) {
        cells.add(new Count(Optional.empty()));
      } else if (numbers.matches()) {
        cells.add(new Count(Optional.of(numbers.group(1))));
      } else if (accuracy.matches() && !(accuracy.group(1) == null && method.isEmpty())) {
        if (accuracy.group(1) != null) {
          method = accuracy.group(1);
          file = accuracy.group(2) == null ? 0 : Integer.parseInt(accuracy.group(2)) - 1;
        }
        if (file < 0 || file >= files) {
          throw new IllegalArgumentException(
              "'%s' is of file %d, expected 1 to %d".formatted(entry, file + 1, files));
        }
        Moment moment = Table.moment(accuracy.group(4));
        cells.add(new Accuracy(method, file, moment, !accuracy.group(3).isEmpty()));
      } else {
        throw new IllegalArgumentException(
            "expected 'size', 'parameters', 'fitted numbers of METHOD' or 'METHOD MOMENT', found '%s'"
                .formatted(entry));
      }
    }
    return cells;
  }
}
