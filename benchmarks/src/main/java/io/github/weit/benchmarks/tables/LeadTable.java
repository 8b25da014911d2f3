package io.github.weit.benchmarks.tables;

import io.github.weit.cli.report.BySize;
import io.github.weit.cli.report.Moment;
import io.github.weit.cli.report.Numbers;
import io.github.weit.cli.report.Statistic;
import io.github.weit.cli.report.Summary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How far one method is ahead of others at the same sizes, by the seeds that both have: a row for
 * each pair, a column for each moment.
 */
record LeadTable(List<Pair> pairs, List<Moment> moments) implements Table {

  private static final String AND = " over ";

  /**
   * Two methods.
   *
   * @param other measured at a moment of its own, where it has one
   */
  record Pair(String method, String other, Optional<Moment> at) {

    static Pair parse(String text) {
      String[] names = text.strip().split(AND);
      if (names.length != 2) {
        throw new IllegalArgumentException(
            "expected 'METHOD over METHOD', found '%s'".formatted(text));
      }
      String[] other = names[1].split(" ");
      return new Pair(
          names[0],
          other[0],
          other.length > 1 ? Optional.of(Table.moment(other[1])) : Optional.empty());
    }

    @Override
    public String toString() {
      return method + AND + other + at.map(moment -> ", " + moment.heading()).orElse("");
    }
  }

  /** Reads {@code a over b, c over d 15 | start, 1, 3}. */
  static LeadTable parse(String text) {
    String[] parts = text.split("\\|");
    if (parts.length != 2) {
      throw new IllegalArgumentException(
          "expected pairs, a bar and moments, found '%s'".formatted(text));
    }
    return new LeadTable(
        entries(parts[0]).map(Pair::parse).toList(), entries(parts[1]).map(Table::moment).toList());
  }

  private static Stream<String> entries(String text) {
    return Arrays.stream(text.strip().split(", *"));
  }

  @Override
  public List<String> rows(List<String> old, List<Summary> files) {
    Summary summary = files.get(0);
    List<String> rows = new ArrayList<>();
    for (Pair pair : pairs) {
      List<String> columns = new ArrayList<>();
      columns.add(pair.toString());
      moments.forEach(moment -> columns.add(leads(summary, pair, moment)));
      rows.add(Table.row(columns));
    }
    return rows;
  }

  /** The mean lead, the least and the largest, and at how many sizes it is one. */
  private static String leads(Summary summary, Pair pair, Moment moment) {
    Moment at = pair.at().orElse(moment);
    BySize leads =
        new BySize(
            summary.sizes(), size -> summary.lead(size, pair.method(), moment, pair.other(), at));
    if (leads.isEmpty()) {
      return "";
    }
    Statistic sizes = Statistic.of(leads.values().stream().map(Statistic::mean).toList());
    return "%s (%s to %s), %d of %d"
        .formatted(
            Numbers.points(sizes.mean()),
            Numbers.points(sizes.min()),
            Numbers.points(sizes.max()),
            leads.positive().size(),
            leads.size());
  }
}
