package io.github.weit.cli.report;

import io.github.weit.cli.report.Figure.Align;
import io.github.weit.cli.report.Figure.Stroke;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The league: a row for each method. At the left its mean over sizes before training, after the
 * first and after the last epoch; at the right WeiT's lead over it at the last, over the sizes both
 * have, and at each of them. A narrow sheet has the right part below the left.
 */
final class LeagueChart {
  private static final int ROW = 24;
  private static final int FOOT = 52;
  private static final int HEAD = 26;
  private static final int NUMBERS = 92;

  private final Summary summary;
  private final Theme theme;
  private final Sheet sheet;
  private final League league;
  private final List<String> order;
  private final List<Moment> moments;
  private final int names;
  private final Font small = Figure.font(Font.PLAIN, 12);

  /**
   * @param sheet where it is to stand
   */
  LeagueChart(Summary summary, Theme theme, Sheet sheet) {
    this.summary = summary;
    this.theme = theme;
    this.sheet = sheet;
    this.league = new League(summary);
    this.order = league.order();
    this.moments = summary.keyMoments();
    Figure paper = new Figure(theme, 8, 8);
    this.names =
        14
            + (int)
                order.stream()
                    .mapToDouble(m -> paper.width(summary.label(m), font(m)))
                    .max()
                    .orElse(0);
  }

  byte[] png() {
    boolean leads = order.stream().anyMatch(m -> !league.lead(m, league.last()).isEmpty());
    boolean stacked = sheet.width() < 560;
    int head = sheet.titled() ? 62 : 0;
    int rows = order.size() * ROW;
    double right = sheet.width() - 20;
    double legend = new Figure(theme, sheet.width(), 80).legend(keys(), sheet.inset(), 10, right);
    int top = head + (int) legend + HEAD;
    int below = stacked && leads ? top + rows + FOOT + HEAD : top;
    int room = sheet.width() - 2 * sheet.inset() - names;
    Figure figure = new Figure(theme, sheet.width(), below + rows + FOOT);
    if (sheet.titled()) {
      String shown = "Test accuracy in %, mean over the sizes each method was measured at";
      figure.title("All methods", shown, sheet.inset());
    }
    figure.legend(keys(), sheet.inset(), head + 10, right);
    int first = stacked || !leads ? room - 16 : (room - NUMBERS) * 11 / 20;
    accuracies(figure, sheet.inset() + names, top, first);
    if (leads) {
      int gap = stacked ? 0 : first + 24;
      int left = sheet.inset() + names + gap;
      if (stacked) {
        labels(figure, below);
      }
      leads(figure, left, below, room - gap - NUMBERS);
    }
    return figure.png();
  }

  private void accuracies(Figure figure, int left, int top, int width) {
    List<Double> values = new ArrayList<>();
    for (String method : order) {
      moments.stream()
          .filter(m -> !m.isStart() || method.equals(Methods.WEIT) || moments.size() == 1)
          .forEach(m -> league.mean(method, m).ifPresent(a -> values.add(100 * a.mean())));
    }
    Limits around = Limits.around(values, 7);
    double least =
        order.stream()
            .flatMap(m -> league.mean(m, moments.get(0)).stream())
            .mapToDouble(a -> 100 * a.mean())
            .min()
            .orElse(around.min());
    Limits limits = least < around.min() ? around.lower() : around;
    Panel panel =
        new Panel(
            theme,
            left,
            top,
            width,
            order.size() * ROW,
            limits.min(),
            limits.max(),
            -order.size(),
            0);
    limits.ticks().forEach(t -> panel.vertical(t, theme.grid(), false));
    for (int i = 0; i < order.size(); i++) {
      marks(panel, order.get(i), -i - 0.5);
    }
    panel.paint(figure);
    labels(figure, top);
    for (int i = 0; i < order.size(); i++) {
      offAxis(figure, panel, limits, order.get(i), -i - 0.5);
    }
    foot(figure, panel, limits.ticks(), "mean accuracy in %", false);
  }

  private void marks(Panel panel, String method, double y) {
    Style style = style(method);
    double[] xs =
        moments.stream()
            .flatMap(m -> league.mean(method, m).stream())
            .mapToDouble(a -> 100 * a.mean())
            .toArray();
    for (int i = 1; i < xs.length; i++) {
      double[] part = {xs[i - 1], xs[i]};
      panel.line(part, new double[] {y, y}, style.faded(0.35), 2, Stroke.SOLID);
    }
    for (int i = 0; i < moments.size(); i++) {
      Optional<League.Mean> mean = league.mean(method, moments.get(i));
      Dot dot = dot(i);
      Color colour = i > 0 && i < moments.size() - 1 ? style.faded(0.55) : style.colour();
      mean.ifPresent(a -> panel.dots(new double[] {100 * a.mean()}, new double[] {y}, colour, dot));
    }
  }

  /** Hollow for the first moment, small for the next, large for the last. */
  private Dot dot(int moment) {
    boolean last = moment == moments.size() - 1;
    return new Dot(0, last ? 5.5 : 4, moment == 0 && !last, theme.paper());
  }

  /** A start below the axis is written at its edge. */
  private void offAxis(Figure figure, Panel panel, Limits limits, String method, double y) {
    league
        .mean(method, moments.get(0))
        .filter(a -> 100 * a.mean() < limits.min())
        .ifPresent(
            a -> {
              String text = "\u2039 " + Numbers.percent(a.mean());
              double x = panel.left() + 1;
              figure.fill(x, panel.y(y) - 8, figure.width(text, small) + 5, 16, theme.paper());
              figure.text(text, x + 2, panel.y(y), Align.LEFT, small, theme.muted());
            });
  }

  private void leads(Figure figure, int left, int top, int width) {
    Moment last = league.last();
    List<Double> values = new ArrayList<>(List.of(0.0));
    order.forEach(m -> league.lead(m, last).values().forEach(s -> values.add(s.mean())));
    Limits limits = Limits.around(values, 6);
    Panel panel =
        new Panel(
            theme,
            left,
            top,
            width,
            order.size() * ROW,
            limits.min(),
            limits.max(),
            -order.size(),
            0);
    limits.ticks().forEach(t -> panel.vertical(t, theme.grid(), false));
    panel.vertical(0, theme.ink(), false);
    for (int i = 0; i < order.size(); i++) {
      lead(panel, order.get(i), -i - 0.5);
    }
    panel.paint(figure);
    for (int i = 0; i < order.size(); i++) {
      BySize lead = league.lead(order.get(i), last);
      if (!lead.isEmpty()) {
        String text = Numbers.signed(lead.mean());
        double y = panel.y(-i - 0.5);
        Font bold = Figure.font(Font.BOLD, 13);
        figure.text(text, panel.right() + 46, y, Align.RIGHT, bold, theme.ink());
        figure.text(lead.wins(), panel.right() + 52, y, Align.LEFT, small, theme.muted());
      }
    }
    foot(figure, panel, limits.ticks(), "WeiT's lead in points, " + last.when(), true);
  }

  private void lead(Panel panel, String method, double y) {
    BySize lead = league.lead(method, league.last());
    if (lead.isEmpty()) {
      return;
    }
    Style style = style(method);
    double[] from = {0, lead.mean()};
    panel.line(from, new double[] {y, y}, style.faded(0.35), 6, Stroke.SOLID);
    for (Statistic size : lead.values()) {
      Dot dot = new Dot(0, 2.5, false, theme.paper());
      panel.dots(new double[] {size.mean()}, new double[] {y}, style.faded(0.6), dot);
    }
    Dot dot = new Dot(0, 5.5, false, theme.paper());
    panel.dots(new double[] {lead.mean()}, new double[] {y}, style.colour(), dot);
  }

  private void labels(Figure figure, int top) {
    for (int i = 0; i < order.size(); i++) {
      String method = order.get(i);
      double y = top + (i + 0.5) * ROW;
      String text = summary.label(method);
      figure.text(text, sheet.inset(), y, Align.LEFT, font(method), style(method).colour());
    }
  }

  private void foot(Figure figure, Panel panel, List<Double> ticks, String what, boolean signed) {
    for (double tick : ticks) {
      String text = Numbers.format(signed && tick > 0 ? "+%.0f" : "%.0f", tick);
      String minus = text.replace('-', '\u2212');
      figure.text(minus, panel.x(tick), panel.bottom() + 14, Align.MIDDLE, small, theme.muted());
    }
    double middle = (panel.left() + panel.right()) / 2;
    figure.text(what, middle, panel.bottom() + 35, Align.MIDDLE, small, theme.muted());
  }

  private List<Figure.Key> keys() {
    List<Figure.Key> keys = new ArrayList<>();
    for (int i = 0; i < moments.size(); i++) {
      boolean between = i > 0 && i < moments.size() - 1;
      Color colour = between ? Theme.fade(theme.ink(), 0.55) : theme.ink();
      keys.add(Figure.Key.mark(moments.get(i).when(), colour, dot(i)));
    }
    return keys;
  }

  private Font font(String method) {
    return Figure.font(style(method).main() ? Font.BOLD : Font.PLAIN, 13);
  }

  private Style style(String method) {
    return theme.style(method, summary.methods());
  }
}
