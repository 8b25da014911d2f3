package io.github.weit.cli.report;

import io.github.weit.cli.report.Figure.Align;
import io.github.weit.cli.report.Figure.Stroke;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Accuracy against parameters, on a logarithmic axis whose ticks are the sizes measured. */
final class ParetoChart {
  private static final int HEIGHT = 330;
  private static final int LEFT = 44;
  private static final int TICK_ROW = 34;

  private final Summary summary;
  private final Theme theme;
  private final Sheet sheet;
  private final Font small = Figure.font(Font.PLAIN, 12);

  /**
   * @param sheet where it is to stand
   */
  ParetoChart(Summary summary, Theme theme, Sheet sheet) {
    this.summary = summary;
    this.theme = theme;
    this.sheet = sheet;
  }

  byte[] png() {
    int head = sheet.titled() ? 68 : 0;
    double legend =
        new Figure(theme, sheet.width(), 80).legend(keys(), sheet.inset(), 10, sheet.width() - 20);
    int top = head + (int) legend + 10;
    double from = Math.log10(summary.parameters(summary.sizes().get(0)));
    double to = Math.log10(summary.parameters(summary.sizes().get(summary.sizes().size() - 1)));
    double margin = Math.max(0.06 * (to - from), 0.02);
    Limits limits = Limits.around(Charts.endPercents(summary), 7);
    Panel panel =
        new Panel(
            theme,
            sheet.inset() + LEFT,
            top,
            sheet.width() - sheet.inset() - LEFT - sheet.inset(),
            HEIGHT,
            from - margin,
            to + margin,
            limits.min(),
            limits.max() + 0.015 * (limits.max() - limits.min()));
    List<Integer> rows = tickRows(panel);
    int deepest = rows.stream().mapToInt(Integer::intValue).max().orElse(0);
    Figure figure =
        new Figure(theme, sheet.width(), top + HEIGHT + 60 + (deepest + 1) * TICK_ROW - 16);
    if (sheet.titled()) {
      figure.text(
          "Accuracy and size",
          sheet.inset(),
          26,
          Align.LEFT,
          Figure.font(Font.BOLD, 19),
          theme.ink());
      figure.text(
          "Test accuracy in %, before and after ordinary training",
          sheet.inset(), 50, Align.LEFT, Figure.font(Font.PLAIN, 13), theme.muted());
    }
    figure.legend(keys(), sheet.inset(), head + 10, sheet.width() - 20);
    limits.ticks().forEach(t -> panel.horizontal(t, theme.grid(), false));
    List<String> backToFront = new ArrayList<>(summary.methods());
    java.util.Collections.reverse(backToFront);
    backToFront.forEach(m -> curve(panel, m, false));
    backToFront.forEach(m -> curve(panel, m, true));
    panel.paint(figure);
    for (double tick : limits.ticks()) {
      figure.text(
          Numbers.format("%.0f", tick),
          panel.left() - 10,
          panel.y(tick),
          Align.RIGHT,
          small,
          theme.muted());
    }
    ticks(figure, panel, rows);
    return figure.png();
  }

  /**
   * For each size, in which of the rows below the axis its label stands: the first where it has
   * room.
   */
  private List<Integer> tickRows(Panel panel) {
    Figure paper = new Figure(theme, 10, 10);
    List<Double> free = new ArrayList<>();
    List<Integer> rows = new ArrayList<>();
    for (String size : summary.sizes()) {
      double half = Math.max(paper.width(size, bold()), paper.width(count(size), small)) / 2;
      double x = panel.x(Math.log10(summary.parameters(size)));
      int row = 0;
      while (row < free.size() && free.get(row) > x - half) {
        row++;
      }
      if (row == free.size()) {
        free.add(0.0);
      }
      free.set(row, x + half + 10);
      rows.add(row);
    }
    return rows;
  }

  private void ticks(Figure figure, Panel panel, List<Integer> rows) {
    for (int i = 0; i < rows.size(); i++) {
      String size = summary.sizes().get(i);
      double x = panel.x(Math.log10(summary.parameters(size)));
      double y = panel.bottom() + 15 + rows.get(i) * TICK_ROW;
      figure.line(x, panel.bottom(), x, y - 9, rows.get(i) > 0 ? theme.grid() : theme.muted(), 1);
      figure.text(size, x, y, Align.MIDDLE, bold(), theme.ink());
      figure.text(count(size), x, y + 15, Align.MIDDLE, small, theme.muted());
    }
    int deepest = rows.stream().mapToInt(Integer::intValue).max().orElse(0);
    figure.text(
        "size and parameters, logarithmic",
        (panel.left() + panel.right()) / 2,
        panel.bottom() + 20 + (deepest + 1) * TICK_ROW,
        Align.MIDDLE,
        small,
        theme.muted());
  }

  private String count(String size) {
    return Numbers.count(summary.parameters(size));
  }

  private static Font bold() {
    return Figure.font(Font.BOLD, 13);
  }

  /** Where a method ends at a size, or where it begins. */
  private Optional<Statistic> end(String size, String method, boolean trained) {
    return trained
        ? summary.lastEpoch(size, method).stream()
            .boxed()
            .findFirst()
            .flatMap(e -> summary.accuracy(size, method, Measurement.TRAINED, e))
        : summary.accuracy(size, method, Measurement.COMPOSED, 0);
  }

  private void curve(Panel panel, String method, boolean trained) {
    List<double[]> points = new ArrayList<>();
    for (String size : summary.sizes()) {
      double x = Math.log10(summary.parameters(size));
      end(size, method, trained).ifPresent(a -> points.add(new double[] {x, 100 * a.mean()}));
    }
    if (points.isEmpty()) {
      return;
    }
    double[] xs = points.stream().mapToDouble(p -> p[0]).toArray();
    double[] ys = points.stream().mapToDouble(p -> p[1]).toArray();
    int place = Theme.place(method, summary.methods());
    Color colour = theme.colour(place);
    if (points.size() > 1) {
      panel.line(
          xs, ys, trained ? colour : Theme.fade(colour, 0.7), trained ? 2.2f : 1.4f, !trained);
    }
    panel.dots(xs, ys, colour, new Dot(place, 5, !trained, theme.paper()));
  }

  private List<Figure.Key> keys() {
    List<Figure.Key> keys = new ArrayList<>();
    for (boolean trained : new boolean[] {true, false}) {
      for (String method : summary.methods()) {
        int place = Theme.place(method, summary.methods());
        if (summary.sizes().stream().anyMatch(s -> end(s, method, trained).isPresent())) {
          String text = Methods.label(method) + (trained ? ", trained" : ", no training");
          Dot dot = new Dot(place, 5, !trained, theme.paper());
          Stroke stroke = trained ? Stroke.SOLID : Stroke.DASHED;
          keys.add(new Figure.Key(text, theme.colour(place), dot, stroke));
        }
      }
    }
    return keys;
  }
}
