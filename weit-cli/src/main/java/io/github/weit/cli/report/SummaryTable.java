package io.github.weit.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The summary as aligned text of at most 100 columns: a line for each size and method, accuracies
 * in per cent.
 */
final class SummaryTable {
  private static final int WIDTH = 100;

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
    List<List<String>> cells = cells(summary.epochs(most));
    while (width(cells) > WIDTH && most > 2) {
      cells = cells(summary.epochs(--most));
    }
    return aligned(cells) + notes();
  }

  private List<List<String>> cells(List<Integer> epochs) {
    List<List<String>> lines = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("size", "params", "method", "composed", "fitted"));
    epochs.forEach(e -> head.add("e" + e));
    head.add("lead");
    head.add("reached");
    lines.add(head);
    for (String size : summary.sizes()) {
      boolean first = true;
      for (String method : summary.methods()) {
        if (summary.start(size, method).isEmpty() && summary.lastEpoch(size, method).isEmpty()) {
          continue;
        }
        List<String> line = new ArrayList<>();
        line.add(first ? size : "");
        line.add(first ? Numbers.count(summary.parameters(size)) : "");
        line.add(Methods.label(method));
        line.add(cell(summary.accuracy(size, method, Measurement.COMPOSED, 0)));
        line.add(cell(summary.accuracy(size, method, Measurement.FITTED, 0)));
        epochs.forEach(e -> line.add(cell(summary.accuracy(size, method, Measurement.TRAINED, e))));
        line.add(lead(size, method));
        line.add(reached(size, method));
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

  /** Over scratch, at the last epoch both have. */
  private String lead(String size, String method) {
    if (method.equals(Methods.SCRATCH)) {
      return "";
    }
    OptionalInt last = summary.lastCommonEpoch(size, method, Methods.SCRATCH);
    return last.isEmpty()
        ? "-"
        : summary
            .lead(size, method, Methods.SCRATCH, last.getAsInt())
            .map(l -> Numbers.signed(l.mean()).replace('\u2212', '-'))
            .orElse("-");
  }

  /** On scratch's line: when it reaches what WeiT composes. */
  private String reached(String size, String method) {
    OptionalInt last = summary.lastEpoch(size, method);
    boolean asked =
        method.equals(Methods.SCRATCH)
            && last.isPresent()
            && summary.accuracy(size, Methods.WEIT, Measurement.COMPOSED, 0).isPresent();
    if (!asked) {
      return "";
    }
    OptionalInt epoch = summary.epochsToReachComposed(size);
    return epoch.isPresent() ? "e" + epoch.getAsInt() : "after e" + last.getAsInt();
  }

  private String notes() {
    StringBuilder notes = new StringBuilder("\nTest accuracy in %");
    notes.append(
        several
            ? ", mean(standard deviation) over " + summary.seeds().size() + " seeds.\n"
            : ", one seed.\n");
    notes.append("composed: no training at this size; e1: after epoch 1;");
    notes.append(" lead: points over scratch, last epoch;\n");
    notes.append("reached: when scratch has WeiT's composed accuracy.\n");
    if (summary.replaced() > 0) {
      boolean one = summary.replaced() == 1;
      notes.append(summary.replaced()).append(one ? " row was" : " rows were");
      notes.append(" measured again; the later measurement counts.\n");
    }
    return notes.toString();
  }

  private static int width(List<List<String>> cells) {
    return aligned(cells).lines().mapToInt(String::length).max().orElse(0);
  }

  private static String aligned(List<List<String>> cells) {
    StringBuilder text = new StringBuilder();
    int columns = cells.get(0).size();
    int[] widths = new int[columns];
    for (List<String> line : cells) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    for (List<String> line : cells) {
      StringBuilder out = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String blank = " ".repeat(widths[i] - line.get(i).length());
        boolean left = i == 0 || i == 2;
        out.append(i == 0 ? "" : "  ").append(left ? line.get(i) + blank : blank + line.get(i));
      }
      text.append(out.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
