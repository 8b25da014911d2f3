package io.github.weit.cli.report;

import io.github.weit.cli.report.Figure.Align;
import io.github.weit.cli.report.Figure.Stroke;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Learning curves: a panel for each size, all on the same axes; a line for each method, a thin one
 * for each seed.
 */
final class CurveChart {
  private static final int PANEL_WIDTH = 236;
  private static final int PANEL_HEIGHT = 176;
  private static final int LEFT = 44;
  private static final int GAP = 30;
  private static final int HEAD = 30;
  private static final int FOOT = 46;

  private final Summary summary;
  private final Theme theme;
  private final Limits limits;
  private final int lastEpoch;

  CurveChart(Summary summary, Theme theme) {
    this.summary = summary;
    this.theme = theme;
    this.lastEpoch =
        summary.epochs().isEmpty() ? 1 : summary.epochs().get(summary.epochs().size() - 1);
    this.limits = Limits.around(Charts.allPercents(summary), 6);
  }

  /** All sizes on one sheet, with a title and one legend. */
  byte[] sheet() {
    List<String> sizes = summary.sizes();
    int columns =
        sizes.size() <= 4 ? sizes.size() : sizes.size() % 4 == 0 || sizes.size() > 9 ? 4 : 3;
    int rows = (sizes.size() + columns - 1) / columns;
    int cell = PANEL_HEIGHT + HEAD + 34;
    int width = Math.max(LEFT + 24 + columns * (PANEL_WIDTH + GAP) - GAP + 20, 560);
    double legendHeight = legend(new Figure(theme, width, 80), 24, 0, width - 20);
    int top = 84 + (int) legendHeight;
    Figure figure = new Figure(theme, width, top + rows * cell + 22);
    figure.text("Learning curves", 24, 26, Align.LEFT, Figure.font(Font.BOLD, 19), theme.ink());
    String seeds = summary.seeds().size() > 1 ? "; thin lines: single seeds" : "";
    figure.text(
        "Test accuracy in % against epochs of ordinary training" + seeds,
        24,
        50,
        Align.LEFT,
        Figure.font(Font.PLAIN, 13),
        theme.muted());
    legend(figure, 24, 78, width - 20);
    for (int i = 0; i < sizes.size(); i++) {
      double left = 24 + LEFT + (i % columns) * (PANEL_WIDTH + GAP);
      boolean lowest = i + columns >= sizes.size();
      panel(
          figure, sizes.get(i), left, top + (i / columns) * cell + HEAD, i % columns == 0, lowest);
    }
    return figure.png();
  }

  /** One size alone, without legend. */
  byte[] single(String size) {
    Figure figure = new Figure(theme, LEFT + PANEL_WIDTH + 14, HEAD + PANEL_HEIGHT + FOOT);
    panel(figure, size, LEFT, HEAD, true, true);
    return figure.png();
  }

  private double legend(Figure figure, double left, double y, double right) {
    return figure.legend(keys(), left, y, right);
  }

  private List<Figure.Key> keys() {
    List<Figure.Key> keys = new ArrayList<>();
    for (String method : summary.methods()) {
      keys.add(
          new Figure.Key(
              Methods.label(method), colour(method), dot(method, 4, false), Stroke.SOLID));
    }
    boolean composed =
        summary.sizes().stream()
            .anyMatch(s -> summary.accuracy(s, Methods.WEIT, Measurement.COMPOSED, 0).isPresent());
    if (composed) {
      Color colour = colour(Methods.WEIT);
      keys.add(
          new Figure.Key("WeiT, no training", colour, dot(Methods.WEIT, 0, false), Stroke.DASHED));
    }
    return keys;
  }

  private void panel(
      Figure figure, String size, double left, double top, boolean labels, boolean lowest) {
    double margin = 0.035 * lastEpoch;
    Panel panel =
        new Panel(
            theme,
            left,
            top,
            PANEL_WIDTH,
            PANEL_HEIGHT,
            -margin,
            lastEpoch + margin,
            limits.min(),
            limits.max() + 0.02 * (limits.max() - limits.min()));
    limits.ticks().forEach(t -> panel.horizontal(t, theme.grid(), false));
    summary
        .accuracy(size, Methods.WEIT, Measurement.COMPOSED, 0)
        .ifPresent(
            a -> panel.horizontal(100 * a.mean(), Theme.fade(colour(Methods.WEIT), 0.55), true));
    List<String> backToFront = new ArrayList<>(summary.methods());
    java.util.Collections.reverse(backToFront);
    backToFront.forEach(m -> seedLines(panel, size, m));
    backToFront.forEach(m -> meanLine(panel, size, m));
    panel.paint(figure);
    Font small = Figure.font(Font.PLAIN, 12);
    Font bold = Figure.font(Font.BOLD, 14);
    figure.text(size, left, top - 15, Align.LEFT, bold, theme.ink());
    figure.text(
        Numbers.count(summary.parameters(size)) + " parameters",
        left + figure.width(size, bold) + 8,
        top - 14.5,
        Align.LEFT,
        small,
        theme.muted());
    for (double tick : labels ? limits.ticks() : List.<Double>of()) {
      figure.text(
          Numbers.format("%.0f", tick), left - 8, panel.y(tick), Align.RIGHT, small, theme.muted());
    }
    for (int epoch : epochTicks()) {
      figure.line(
          panel.x(epoch), panel.bottom(), panel.x(epoch), panel.bottom() + 4, theme.muted(), 1);
      figure.text(
          String.valueOf(epoch),
          panel.x(epoch),
          panel.bottom() + 14,
          Align.MIDDLE,
          small,
          theme.muted());
    }
    if (lowest) {
      figure.text(
          "epoch",
          left + PANEL_WIDTH / 2.0,
          panel.bottom() + 33,
          Align.MIDDLE,
          small,
          theme.muted());
    }
  }

  private List<Integer> epochTicks() {
    int step = 1;
    for (int next : new int[] {2, 5, 10, 20, 50, 100, 200, 500}) {
      step = lastEpoch / step > 6 ? next : step;
    }
    List<Integer> ticks = new ArrayList<>();
    for (int epoch = 0; epoch <= lastEpoch; epoch += step) {
      ticks.add(epoch);
    }
    return ticks;
  }

  private void seedLines(Panel panel, String size, String method) {
    if (summary.seeds().size() < 2) {
      return;
    }
    for (long seed : summary.seeds()) {
      List<double[]> points = new ArrayList<>();
      startOf(size, method, seed).ifPresent(a -> points.add(new double[] {0, 100 * a}));
      for (int epoch : summary.epochs()) {
        of(size, method, Measurement.TRAINED, epoch, seed)
            .ifPresent(a -> points.add(new double[] {epoch, 100 * a}));
      }
      draw(panel, points, Theme.fade(colour(method), 0.3), 1);
    }
  }

  private Optional<Double> startOf(String size, String method, long seed) {
    return of(size, method, Measurement.FITTED, 0, seed)
        .or(() -> of(size, method, Measurement.COMPOSED, 0, seed));
  }

  private Optional<Double> of(String size, String method, String phase, int epoch, long seed) {
    return summary.rows(size, method, phase, epoch).stream()
        .filter(m -> m.seed() == seed)
        .map(Measurement::accuracy)
        .findFirst();
  }

  private void meanLine(Panel panel, String size, String method) {
    List<double[]> points = new ArrayList<>();
    summary.start(size, method).ifPresent(a -> points.add(new double[] {0, 100 * a.mean()}));
    for (int epoch : summary.epochs()) {
      summary
          .accuracy(size, method, Measurement.TRAINED, epoch)
          .ifPresent(a -> points.add(new double[] {epoch, 100 * a.mean()}));
    }
    draw(panel, points, colour(method), 2.2f);
    double radius = points.size() > 12 ? 2.2 : 3.6;
    if (!points.isEmpty() && points.size() <= 30) {
      double[] xs = points.stream().mapToDouble(p -> p[0]).toArray();
      double[] ys = points.stream().mapToDouble(p -> p[1]).toArray();
      panel.dots(xs, ys, colour(method), dot(method, radius, false));
    }
  }

  private static void draw(Panel panel, List<double[]> points, Color colour, float width) {
    if (points.size() > 1) {
      double[] xs = points.stream().mapToDouble(p -> p[0]).toArray();
      double[] ys = points.stream().mapToDouble(p -> p[1]).toArray();
      panel.line(xs, ys, colour, width, false);
    }
  }

  private Color colour(String method) {
    return theme.colour(Theme.place(method, summary.methods()));
  }

  private Dot dot(String method, double radius, boolean hollow) {
    return new Dot(Theme.place(method, summary.methods()), radius, hollow, theme.paper());
  }
}
