package io.github.weit.cli.report;

import io.github.weit.cli.report.Figure.Align;
import io.github.weit.cli.report.Figure.Stroke;
import java.awt.Font;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Accuracy against parameters, a panel for each of start, first and last epoch, below each other on
 * one logarithmic axis whose ticks are the sizes measured.
 */
final class ParetoChart {
  private static final int LEFT = 44;
  private static final int HEAD = 34;

  private final Summary summary;
  private final Theme theme;
  private final Sheet sheet;
  private final boolean crowd;
  private final int height;
  private final int names;
  private final Font small = Figure.font(Font.PLAIN, 12);

  /**
   * @param sheet where it is to stand
   */
  ParetoChart(Summary summary, Theme theme, Sheet sheet) {
    this.summary = summary;
    this.theme = theme;
    this.sheet = sheet;
    this.crowd = CurveChart.crowd(summary);
    this.height = crowd ? 15 * Math.max(15, summary.methods().size()) : 180;
    Figure paper = new Figure(theme, 8, 8);
    this.names =
        !crowd
            ? sheet.inset()
            : (int)
                summary.methods().stream()
                    .mapToDouble(m -> EndLabels.width(paper, summary.label(m), style(m)) + 8)
                    .max()
                    .orElse(0);
  }

  byte[] png() {
    List<Moment> moments = summary.keyMoments();
    int head = sheet.titled() ? 62 : 0;
    double right = sheet.width() - 20;
    double legend = new Figure(theme, sheet.width(), 80).legend(keys(), sheet.inset(), 10, right);
    int top = head + (int) legend + 4;
    List<Panel> panels = new ArrayList<>();
    for (int i = 0; i < moments.size(); i++) {
      panels.add(panel(moments.get(i), top + HEAD + i * (height + HEAD)));
    }
    SizeTicks ticks = new SizeTicks(summary, theme, panels.get(panels.size() - 1));
    int bottom = top + moments.size() * (height + HEAD);
    Figure figure = new Figure(theme, sheet.width(), bottom + ticks.height());
    if (sheet.titled()) {
      figure.title("Accuracy and size", "Test accuracy in % against parameters", sheet.inset());
    }
    figure.legend(keys(), sheet.inset(), head + 10, right);
    for (int i = 0; i < panels.size(); i++) {
      draw(figure, panels.get(i), moments.get(i));
    }
    ticks.paint(figure);
    return figure.png();
  }

  private Panel panel(Moment moment, int top) {
    List<String> sizes = summary.sizes();
    double from = Math.log10(summary.parameters(sizes.get(0)));
    double to = Math.log10(summary.parameters(sizes.get(sizes.size() - 1)));
    double margin = Math.max(0.06 * (to - from), 0.02);
    Limits limits = limits(moment);
    return new Panel(
        theme,
        sheet.inset() + LEFT,
        top,
        sheet.width() - sheet.inset() - LEFT - Math.max(names, sheet.inset()),
        height,
        from - margin,
        to + margin,
        limits.min(),
        limits.max() + 0.015 * (limits.max() - limits.min()));
  }

  private Limits limits(Moment moment) {
    return Limits.around(Percents.at(summary, moment), 7);
  }

  private void draw(Figure figure, Panel panel, Moment moment) {
    limits(moment).ticks().forEach(t -> panel.horizontal(t, theme.grid(), false));
    for (String size : summary.sizes()) {
      panel.vertical(Math.log10(summary.parameters(size)), theme.grid(), false);
    }
    frontier(panel, moment);
    List<String> backToFront = new ArrayList<>(summary.methods());
    Collections.reverse(backToFront);
    EndLabels labels = new EndLabels();
    backToFront.forEach(m -> curve(panel, labels, m, moment));
    panel.paint(figure);
    if (crowd) {
      labels.paint(figure, panel);
    }
    for (double tick : limits(moment).ticks()) {
      String text = Numbers.format("%.0f", tick);
      figure.text(text, panel.left() - 10, panel.y(tick), Align.RIGHT, small, theme.muted());
    }
    String when = moment.when();
    String heading = Character.toUpperCase(when.charAt(0)) + when.substring(1);
    Font bold = Figure.font(Font.BOLD, 14);
    figure.text(heading, panel.left(), panel.top() - 14, Align.LEFT, bold, theme.ink());
  }

  /** A staircase: the best of any method with at most so many parameters. */
  private void frontier(Panel panel, Moment moment) {
    List<double[]> points = new ArrayList<>();
    double best = 0;
    for (String size : summary.sizes()) {
      double x = Math.log10(summary.parameters(size));
      double here =
          summary.methods().stream()
              .flatMap(m -> summary.accuracy(size, m, moment).stream())
              .mapToDouble(a -> 100 * a.mean())
              .max()
              .orElse(0);
      if (best > 0) {
        points.add(new double[] {x, best});
      }
      best = Math.max(best, here);
      if (best > 0) {
        points.add(new double[] {x, best});
      }
    }
    if (points.size() > 1) {
      double[] xs = points.stream().mapToDouble(p -> p[0]).toArray();
      double[] ys = points.stream().mapToDouble(p -> p[1]).toArray();
      panel.line(xs, ys, theme.band(), 6, Stroke.SOLID);
    }
  }

  private void curve(Panel panel, EndLabels labels, String method, Moment moment) {
    List<double[]> points = new ArrayList<>();
    for (String size : summary.sizes()) {
      double x = Math.log10(summary.parameters(size));
      summary
          .accuracy(size, method, moment)
          .ifPresent(a -> points.add(new double[] {x, 100 * a.mean()}));
    }
    Style style = style(method);
    panel.curve(points, style, style.main() ? 4.5 : 3.5);
    if (!points.isEmpty()) {
      double[] end = points.get(points.size() - 1);
      labels.add(summary.label(method), style, end[0], end[1]);
    }
  }

  private List<Figure.Key> keys() {
    List<Figure.Key> keys = new ArrayList<>();
    if (!crowd) {
      summary.methods().forEach(m -> keys.add(Figure.Key.method(summary.label(m), style(m))));
    }
    Dot none = new Dot(0, 0, false, theme.paper());
    String text = "best with at most so many parameters";
    keys.add(new Figure.Key(text, theme.band(), none, Stroke.SOLID, 6));
    return keys;
  }

  private Style style(String method) {
    return theme.style(method, summary.methods());
  }
}
