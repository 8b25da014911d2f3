package io.github.weit.cli.report;

import io.github.weit.cli.report.Figure.Align;
import io.github.weit.cli.report.Figure.Stroke;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Learning curves: a panel for each size, all on the same axes; a line for each method. Up to four
 * methods have a legend; more have wider panels with their names at the lines' ends.
 */
final class CurveChart {
  private static final int FEW = 4;
  private static final int LEFT = 44;
  private static final int GAP = 30;
  private static final int HEAD = 30;
  private static final int FOOT = 46;

  private final Summary summary;
  private final Theme theme;
  private final Limits limits;
  private final EpochAxis axis;
  private final boolean crowd;
  private final int width;
  private final int height;
  private final int names;
  private final Font small = Figure.font(Font.PLAIN, 12);

  CurveChart(Summary summary, Theme theme) {
    this.summary = summary;
    this.theme = theme;
    this.axis = new EpochAxis(summary);
    this.crowd = crowd(summary);
    this.limits = Limits.around(Percents.curves(summary), crowd ? 8 : 6);
    this.width = crowd ? 250 : 236;
    this.height = crowd ? 16 * Math.max(15, summary.methods().size()) : 176;
    this.names = crowd ? nameWidth() : 0;
  }

  /** Whether there are too many lines for a legend. */
  static boolean crowd(Summary summary) {
    return summary.methods().size() > FEW;
  }

  private int nameWidth() {
    Figure paper = new Figure(theme, 8, 8);
    return (int)
        Math.ceil(
            summary.methods().stream()
                .mapToDouble(m -> EndLabels.width(paper, summary.label(m) + " 00.0", style(m)))
                .max()
                .orElse(0));
  }

  /** All sizes on one sheet, with a title. */
  byte[] sheet() {
    List<String> sizes = summary.sizes();
    int n = sizes.size();
    int columns = crowd ? Math.min(n, 2) : n <= 4 ? n : n % 4 == 0 || n > 9 ? 4 : 3;
    int rows = (n + columns - 1) / columns;
    int cell = height + HEAD + 34;
    int across = width + names + (crowd ? LEFT : GAP);
    int sheet = Math.max(LEFT + 24 + columns * across - GAP + 20, 560);
    double legend = crowd ? 0 : new Figure(theme, sheet, 80).legend(keys(), 24, 0, sheet - 20);
    int top = 84 + (int) legend - (crowd ? 16 : 0);
    Figure figure = new Figure(theme, sheet, top + rows * cell + 22);
    figure.title("Learning curves", subtitle(), 24);
    if (!crowd) {
      figure.legend(keys(), 24, 78, sheet - 20);
    }
    for (int i = 0; i < n; i++) {
      int column = i % columns;
      double left = 24 + LEFT + column * across;
      boolean lowest = i + columns >= n;
      panel(figure, sizes.get(i), left, top + (i / columns) * cell + HEAD, column == 0, lowest);
    }
    return figure.png();
  }

  /** One size alone, without legend. */
  byte[] single(String size) {
    Figure figure = new Figure(theme, LEFT + width + Math.max(names, 14), HEAD + height + FOOT);
    panel(figure, size, LEFT, HEAD, true, true);
    return figure.png();
  }

  private String subtitle() {
    return "Test accuracy in % against epochs of ordinary training"
        + (axis.root() ? ", on a square root axis" : "")
        + (summary.seeds().size() > 1 ? "; thin lines: single seeds" : "");
  }

  private List<Figure.Key> keys() {
    List<Figure.Key> keys = new ArrayList<>();
    summary.methods().forEach(m -> keys.add(Figure.Key.method(summary.label(m), style(m))));
    boolean started =
        summary.sizes().stream()
            .anyMatch(s -> summary.accuracy(s, Methods.WEIT, Moment.START).isPresent());
    if (started) {
      Style style = style(Methods.WEIT);
      String text = summary.label(Methods.WEIT) + " before training";
      keys.add(new Figure.Key(text, style.colour(), style.dot(0), Stroke.DASHED, 1.2f));
    }
    return keys;
  }

  private void panel(
      Figure figure, String size, double left, double top, boolean numbers, boolean lowest) {
    double margin = 0.035 * axis.end();
    double above = 0.02 * (limits.max() - limits.min());
    Panel panel =
        new Panel(
            theme,
            left,
            top,
            width,
            height,
            -margin,
            axis.end() + margin,
            limits.min(),
            limits.max() + above);
    limits.ticks().forEach(t -> panel.horizontal(t, theme.grid(), false));
    Color faded = style(Methods.WEIT).faded(0.55);
    summary
        .accuracy(size, Methods.WEIT, Moment.START)
        .ifPresent(a -> panel.horizontal(100 * a.mean(), faded, true));
    List<String> backToFront = new ArrayList<>(summary.methods());
    Collections.reverse(backToFront);
    if (backToFront.remove(Methods.SCRATCH)) {
      backToFront.add(
          backToFront.size() - (backToFront.contains(Methods.WEIT) ? 1 : 0), Methods.SCRATCH);
    }
    backToFront.stream()
        .filter(m -> !crowd || style(m).main())
        .forEach(m -> seedLines(panel, size, m));
    EndLabels labels = new EndLabels();
    backToFront.forEach(m -> meanLine(panel, labels, size, m));
    panel.paint(figure);
    if (crowd) {
      labels.paint(figure, panel);
    }
    heading(figure, size, left, top);
    axes(figure, panel, numbers || crowd, lowest);
  }

  private void heading(Figure figure, String size, double left, double top) {
    Font bold = Figure.font(Font.BOLD, 14);
    figure.text(size, left, top - 15, Align.LEFT, bold, theme.ink());
    String parameters = Numbers.count(summary.parameters(size)) + " parameters";
    double x = left + figure.width(size, bold) + 8;
    figure.text(parameters, x, top - 14.5, Align.LEFT, small, theme.muted());
  }

  private void axes(Figure figure, Panel panel, boolean numbers, boolean lowest) {
    for (double tick : numbers ? limits.ticks() : List.<Double>of()) {
      String text = Numbers.format("%.0f", tick);
      figure.text(text, panel.left() - 8, panel.y(tick), Align.RIGHT, small, theme.muted());
    }
    double y = panel.bottom();
    for (int epoch : axis.ticks()) {
      double x = panel.x(axis.at(epoch));
      figure.line(x, y, x, y + 4, theme.muted(), 1);
      figure.text(String.valueOf(epoch), x, y + 14, Align.MIDDLE, small, theme.muted());
    }
    if (lowest) {
      double middle = (panel.left() + panel.right()) / 2;
      figure.text("epoch", middle, y + 33, Align.MIDDLE, small, theme.muted());
    }
  }

  private void seedLines(Panel panel, String size, String method) {
    if (summary.seeds().size() < 2) {
      return;
    }
    for (long seed : summary.seeds()) {
      List<double[]> points = new ArrayList<>();
      for (Moment moment : moments()) {
        Measurement m = summary.bySeed(size, method, moment).get(seed);
        if (m != null) {
          points.add(new double[] {axis.at(moment.epoch()), 100 * m.accuracy()});
        }
      }
      if (points.size() > 1) {
        double[] xs = points.stream().mapToDouble(p -> p[0]).toArray();
        double[] ys = points.stream().mapToDouble(p -> p[1]).toArray();
        panel.line(xs, ys, style(method).faded(0.3), 1, Stroke.SOLID);
      }
    }
  }

  private void meanLine(Panel panel, EndLabels labels, String size, String method) {
    List<double[]> points = new ArrayList<>();
    for (Moment moment : moments()) {
      summary
          .accuracy(size, method, moment)
          .map(a -> new double[] {axis.at(moment.epoch()), 100 * a.mean()})
          .ifPresent(points::add);
    }
    Style style = style(method);
    panel.curve(points, style, points.size() > 12 ? 2.2 : style.main() ? 3.8 : 3);
    if (!points.isEmpty()) {
      double[] end = points.get(points.size() - 1);
      String text = summary.label(method) + " " + Numbers.points(end[1]);
      labels.add(text, style, end[0], end[1]);
    }
  }

  private List<Moment> moments() {
    List<Moment> moments = new ArrayList<>(List.of(Moment.START));
    summary.epochs().forEach(e -> moments.add(new Moment(e)));
    return moments;
  }

  private Style style(String method) {
    return theme.style(method, summary.methods());
  }
}
