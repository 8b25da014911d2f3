package io.github.weit.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Every size as aligned text: a line for each size and method, accuracies in per cent. */
final class SummaryTable {
  private final Summary summary;
  private final boolean several;

  private SummaryTable(Summary summary) {
    this.summary = summary;
    this.several = summary.seeds().size() > 1;
  }

  static String of(Summary summary) {
    return new SummaryTable(summary).text();
  }

  private String text() {
    int most = 8;
    String table = table(most);
    while (AlignedText.width(table) > AlignedText.WIDTH && most > 3) {
      table = table(--most);
    }
    return table;
  }

  private String table(int most) {
    List<Integer> epochs =
        summary.moments(most).stream().map(Moment::epoch).filter(e -> e > 0).toList();
    return AlignedText.table(cells(epochs), Set.of(0, 2));
  }

  private List<List<String>> cells(List<Integer> epochs) {
    List<List<String>> lines = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("size", "params", "method", "composed", "fitted"));
    epochs.forEach(e -> head.add("e" + e));
    lines.add(head);
    for (String size : summary.sizes()) {
      boolean first = true;
      for (String method : summary.methods()) {
        if (!summary.has(size, method)) {
          continue;
        }
        List<String> line = new ArrayList<>();
        line.add(first ? size : "");
        line.add(first ? Numbers.count(summary.parameters(size)) : "");
        line.add(summary.label(method));
        line.add(cell(summary.accuracy(size, method, Moment.COMPOSED)));
        line.add(cell(summary.accuracy(size, method, Moment.FITTED)));
        epochs.forEach(e -> line.add(cell(summary.accuracy(size, method, new Moment(e)))));
        lines.add(line);
        first = false;
      }
    }
    return lines;
  }

  private String cell(Optional<Statistic> accuracy) {
    return accuracy
        .map(
            a -> {
              String mean = Numbers.percent(a.mean());
              return several && a.n() > 1
                  ? mean + "(" + Numbers.percent(a.deviation()) + ")"
                  : mean;
            })
        .orElse("-");
  }
}
