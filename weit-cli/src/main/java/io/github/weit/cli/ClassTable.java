package io.github.weit.cli;

import io.github.weit.cli.report.Csv;
import io.github.weit.training.Confusion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What a classifier takes images of each class for.
 *
 * @param classes their names
 * @param seen a count for each pair of them
 */
record ClassTable(List<String> classes, Confusion seen) {

  /** For people: a line for each class, the one that is known worst first. */
  String text() {
    TextTable table =
        new TextTable("class", "images", "recall", "precision", "most often taken for");
    IntStream.range(0, classes.size())
        .boxed()
        .filter(label -> seen.images(label) > 0)
        .sorted(Comparator.comparingDouble(seen::recall))
        .forEach(
            label ->
                table.row(
                    OneLine.of(classes.get(label)),
                    seen.images(label),
                    percent(seen.recall(label)),
                    seen.answers(label) == 0 ? "-" : percent(seen.precision(label)),
                    confused(label)));
    return table.toString();
  }

  /** The other class that images of one are taken for most often, with how many. */
  private String confused(int label) {
    return IntStream.range(0, classes.size())
        .boxed()
        .filter(other -> other != label && seen.count(label, other) > 0)
        .max(Comparator.comparingLong(other -> seen.count(label, other)))
        .map(other -> "%s (%d)".formatted(OneLine.of(classes.get(other)), seen.count(label, other)))
        .orElse("");
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  /** As CSV: a line for each class of images, a column for each class that they are taken for. */
  String csv() {
    StringBuilder text = new StringBuilder();
    line(text, "class", classes);
    for (int label = 0; label < classes.size(); label++) {
      int row = label;
      line(
          text,
          classes.get(label),
          IntStream.range(0, classes.size())
              .mapToObj(answer -> Long.toString(seen.count(row, answer)))
              .toList());
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String first, List<String> others) {
    List<String> fields = new ArrayList<>(List.of(first));
    fields.addAll(others);
    text.append(Csv.format(fields)).append('\n');
  }
}
