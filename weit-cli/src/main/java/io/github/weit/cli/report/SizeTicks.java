package io.github.weit.cli.report;

import io.github.weit.cli.report.Figure.Align;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.List;

/** Names of sizes below an axis of log10 parameters, in as many rows as keep them apart. */
final class SizeTicks {
  private static final int ROW = 34;

  private final Summary summary;
  private final Theme theme;
  private final Panel panel;
  private final List<Integer> rows = new ArrayList<>();
  private final Font small = Figure.font(Font.PLAIN, 12);
  private final Font bold = Figure.font(Font.BOLD, 13);

  SizeTicks(Summary summary, Theme theme, Panel panel) {
    this.summary = summary;
    this.theme = theme;
    this.panel = panel;
    Figure paper = new Figure(theme, 10, 10);
    List<Double> free = new ArrayList<>();
    for (String size : summary.sizes()) {
      double half = Math.max(paper.width(size, bold), paper.width(count(size), small)) / 2;
      int row = 0;
      while (row < free.size() && free.get(row) > x(size) - half) {
        row++;
      }
      if (row == free.size()) {
        free.add(0.0);
      }
      free.set(row, x(size) + half + 10);
      rows.add(row);
    }
  }

  /** Room below the panel. */
  int height() {
    return 44 + (deepest() + 1) * ROW;
  }

  void paint(Figure figure) {
    for (int i = 0; i < rows.size(); i++) {
      double x = x(summary.sizes().get(i));
      Color colour = rows.get(i) > 0 ? theme.grid() : theme.muted();
      figure.line(x, panel.bottom(), x, y(i) - 9, colour, 1);
    }
    for (int i = 0; i < rows.size(); i++) {
      String size = summary.sizes().get(i);
      double half = Math.max(figure.width(size, bold), figure.width(count(size), small)) / 2 + 1;
      figure.fill(x(size) - half, y(i) - 8, 2 * half, 31, theme.paper());
      figure.text(size, x(size), y(i), Align.MIDDLE, bold, theme.ink());
      figure.text(count(size), x(size), y(i) + 15, Align.MIDDLE, small, theme.muted());
    }
    double middle = (panel.left() + panel.right()) / 2;
    double y = panel.bottom() + 20 + (deepest() + 1) * ROW;
    String text = "size and parameters, logarithmic";
    figure.text(text, middle, y, Align.MIDDLE, small, theme.muted());
  }

  private double y(int index) {
    return panel.bottom() + 15 + rows.get(index) * ROW;
  }

  private int deepest() {
    return rows.stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  private double x(String size) {
    return panel.x(Math.log10(summary.parameters(size)));
  }

  private String count(String size) {
    return Numbers.count(summary.parameters(size));
  }
}
