package io.github.weit.benchmarks.tables;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How far one method is ahead of others at the same sizes: a row for each pair, a column for each
 * moment.
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
          other.length > 1 ? Optional.of(Moment.parse(other[1])) : Optional.empty());
    }

    @Override
    public String toString() {
      return method + AND + other + at.map(moment -> ", " + moment).orElse("");
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
        entries(parts[0]).map(Pair::parse).toList(), entries(parts[1]).map(Moment::parse).toList());
  }

  private static Stream<String> entries(String text) {
    return Arrays.stream(text.strip().split(", *"));
  }

  @Override
  public List<String> rows(List<String> old, List<Results> files) {
    Results results = files.get(0);
    List<String> rows = new ArrayList<>();
    for (Pair pair : pairs) {
      List<String> columns = new ArrayList<>();
      columns.add(pair.toString());
      moments.forEach(moment -> columns.add(leads(results, pair, moment)));
      rows.add(Table.row(columns));
    }
    return rows;
  }

  /** The mean lead, the least and the largest, and at how many sizes it is one. */
  private static String leads(Results results, Pair pair, Moment moment) {
    List<BigDecimal> leads = new ArrayList<>();
    for (String size : results.sizes()) {
      Optional<BigDecimal> own = results.accuracy(pair.method(), size, moment);
      Optional<BigDecimal> other = results.accuracy(pair.other(), size, pair.at().orElse(moment));
      if (own.isPresent() && other.isPresent()) {
        leads.add(own.get().subtract(other.get()));
      }
    }
    if (leads.isEmpty()) {
      return "";
    }
    leads.sort(Comparator.naturalOrder());
    return "%s (%s to %s), %d of %d"
        .formatted(
            Digits.percent(Results.mean(leads)),
            Digits.percent(leads.get(0)),
            Digits.percent(leads.get(leads.size() - 1)),
            leads.stream().filter(lead -> lead.signum() > 0).count(),
            leads.size());
  }
}
