package io.github.weit.cli.report;

import io.github.weit.cli.report.Figure.Align;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a model can do before ordinary training at its size, composed and fitted, against what
 * scratch has learnt after its first epoch and its last, which is that of the longer training where
 * there is one: a row for each size, in it a lane for each method, so that no two numbers share a
 * place.
 */
final class StartChart {
  private static final int OTHERS = 2;
  private static final int LEFT = 100;
  private static final int LANE = 24;
  private static final int ROW_GAP = 16;
  private static final String FITTED = "fitted ";

  private final Summary summary;
  private final Theme theme;
  private final double guess;
  private final Sheet sheet;
  private final List<String> starters;
  private final List<String> lanes;
  private final List<Trained> scratch;
  private final Font small = Figure.font(Font.PLAIN, 12);
  private final Font number = Figure.font(Font.BOLD, 13);

  /**
   * @param guess accuracy of guessing, a fraction
   * @param sheet where it is to stand
   */
  StartChart(Summary summary, Theme theme, double guess, Sheet sheet) {
    this.summary = summary;
    this.theme = theme;
    this.guess = guess;
    this.sheet = sheet;
    this.starters = starters(summary);
    this.scratch = scratch(summary);
    this.lanes = new ArrayList<>(starters);
    if (!scratch.isEmpty()) {
      lanes.add(Methods.SCRATCH);
    }
  }

  /** A moment of training from random weights. */
  record Trained(String method, int epoch) {}

  /** The first and the last moment of scratch, or one, or none. */
  static List<Trained> scratch(Summary summary) {
    List<Trained> all =
        Stream.of(Methods.SCRATCH, Methods.SCRATCH_LONG)
            .flatMap(method -> summary.epochs(method).stream().map(e -> new Trained(method, e)))
            .toList();
    return all.size() < 2 ? all : List.of(all.get(0), all.get(all.size() - 1));
  }

  /** What a lane shows: the hollow mark and the full one. */
  record Pair(Optional<Statistic> before, Optional<Statistic> after) {

    private boolean falls() {
      return before.isPresent() && after.isPresent() && before.get().mean() > after.get().mean();
    }

    private List<Statistic> both() {
      return Stream.of(before, after).flatMap(Optional::stream).toList();
    }
  }

  /**
   * WeiT and, of the others that start with more than random weights, the two it leads least; those
   * that have something for fewer than a quarter of the sizes come after all others. What is
   * compared with a fit as well is not shown twice: its mark is where the fitted one's line begins.
   */
  static List<String> starters(Summary summary) {
    List<String> rivals = rivals(summary);
    List<String> starters = new ArrayList<>();
    if (new League(summary).mean(Methods.WEIT, Moment.START).isPresent()) {
      starters.add(Methods.WEIT);
    }
    starters.addAll(rivals.subList(0, Math.min(OTHERS, rivals.size())));
    return starters;
  }

  /** Whom the chart leaves out, although they start ahead of WeiT, since they have few sizes. */
  static List<String> aheadAtFewSizes(Summary summary) {
    League league = new League(summary);
    return rivals(summary).stream()
        .skip(OTHERS)
        .filter(m -> isRare(league, m, summary) && league.lead(m, Moment.START).sign() < 0)
        .toList();
  }

  private static List<String> rivals(Summary summary) {
    League league = new League(summary);
    return summary.methods().stream()
        .filter(Methods::rival)
        .filter(m -> !summary.methods().contains(m + "-fitted"))
        .filter(m -> league.mean(m, Moment.START).isPresent())
        .sorted(
            Comparator.<String, Boolean>comparing(m -> isRare(league, m, summary))
                .thenComparingDouble(m -> league.lead(m, Moment.START).mean()))
        .toList();
  }

  private static boolean isRare(League league, String method, Summary summary) {
    return 4 * league.sizes(method) < summary.sizes().size();
  }

  byte[] png() {
    List<String> sizes = summary.sizes();
    int row = LANE * lanes.size() + ROW_GAP;
    int head = sheet.titled() ? 68 : 0;
    double legend =
        new Figure(theme, sheet.width(), 80).legend(keys(), sheet.inset(), 10, sheet.width() - 20);
    int top = head + (int) legend + 22;
    Limits limits = Limits.around(values(), 8);
    Figure figure = new Figure(theme, sheet.width(), top + sizes.size() * row + 50);
    if (sheet.titled()) {
      figure.title(
          "What a model can do before ordinary training",
          "Test accuracy in %, for every size of model",
          sheet.inset());
    }
    figure.legend(keys(), sheet.inset(), head + 10, sheet.width() - 20);
    Panel panel =
        new Panel(
            theme,
            sheet.inset() + LEFT,
            top,
            sheet.width() - LEFT - sheet.inset() - 40,
            sizes.size() * row,
            limits.min(),
            limits.max(),
            -sizes.size(),
            0);
    draw(figure, panel, limits, row);
    return figure.png();
  }

  private void draw(Figure figure, Panel panel, Limits limits, int row) {
    limits.ticks().forEach(t -> panel.vertical(t, theme.grid(), false));
    panel.vertical(100 * guess, theme.muted(), true);
    List<String> sizes = summary.sizes();
    for (int i = 0; i < sizes.size(); i++) {
      for (int lane = 0; lane < lanes.size(); lane++) {
        lane(panel, sizes.get(i), lanes.get(lane), laneY(i, lane, row));
      }
    }
    panel.paint(figure);
    for (int i = 0; i < sizes.size(); i++) {
      labels(figure, panel, sizes.get(i), i, row);
    }
    double guessing =
        Math.max(
            panel.x(100 * guess), sheet.inset() + LEFT + figure.width("guessing", small) / 2 - 12);
    figure.text("guessing", guessing, panel.top() - 10, Align.MIDDLE, small, theme.muted());
    for (double tick : limits.ticks()) {
      figure.text(
          Numbers.format("%.0f", tick),
          panel.x(tick),
          panel.bottom() + 14,
          Align.MIDDLE,
          small,
          theme.muted());
    }
    figure.text(
        "test accuracy in %",
        (panel.left() + panel.right()) / 2,
        panel.bottom() + 35,
        Align.MIDDLE,
        small,
        theme.muted());
  }

  /** In rows from the top, negative: the panel's values grow upwards. */
  private double laneY(int size, int lane, int row) {
    return -(size + (ROW_GAP / 2.0 + LANE * (lane + 0.5)) / row);
  }

  private void lane(Panel panel, String size, String method, double y) {
    Pair pair = pair(size, method);
    Color colour = colour(method);
    if (pair.both().size() == 2) {
      double[] xs = pair.both().stream().mapToDouble(a -> 100 * a.mean()).toArray();
      panel.line(xs, new double[] {y, y}, Theme.fade(colour, 0.35), 3, Figure.Stroke.SOLID);
    }
    if (!method.equals(Methods.SCRATCH)) {
      for (Measurement m : starts(size, method)) {
        dot(panel, m.accuracy(), y, Theme.fade(colour, 0.35), mark(method, 3, false));
      }
    }
    pair.before().ifPresent(a -> dot(panel, a.mean(), y, colour, mark(method, 5, true)));
    double radius = method.equals(Methods.SCRATCH) ? 5.5 : 6.5;
    pair.after().ifPresent(a -> dot(panel, a.mean(), y, colour, mark(method, radius, false)));
  }

  private static void dot(Panel panel, double accuracy, double y, Color colour, Dot dot) {
    panel.dots(new double[] {100 * accuracy}, new double[] {y}, colour, dot);
  }

  private void labels(Figure figure, Panel panel, String size, int index, int row) {
    double top = panel.y(-index);
    if (index > 0) {
      figure.line(sheet.inset(), top, panel.right(), top, theme.grid(), 1);
    }
    double middle = panel.y(-index - 0.5);
    figure.text(
        size, sheet.inset(), middle - 9, Align.LEFT, Figure.font(Font.BOLD, 15), theme.ink());
    String parameters = Numbers.count(summary.parameters(size)) + " param.";
    figure.text(parameters, sheet.inset(), middle + 10, Align.LEFT, small, theme.muted());
    for (int lane = 0; lane < lanes.size(); lane++) {
      numbers(figure, panel, size, lanes.get(lane), panel.y(laneY(index, lane, row)));
    }
  }

  /** Numbers beside their marks; that of the full mark of a start is bold. */
  private void numbers(Figure figure, Panel panel, String size, String method, double y) {
    Pair pair = pair(size, method);
    boolean scratch = method.equals(Methods.SCRATCH);
    Font font = scratch ? small : number;
    boolean leftwards = pair.before().isEmpty() ? scratch : pair.falls();
    if (leftwards) {
      pair.after().ifPresent(a -> left(figure, panel, a, y, font, method));
      pair.before().ifPresent(a -> right(figure, panel, a, y, small, method));
    } else {
      pair.before().ifPresent(a -> left(figure, panel, a, y, small, method));
      pair.after().ifPresent(a -> right(figure, panel, a, y, font, method));
    }
  }

  private void right(Figure figure, Panel panel, Statistic a, double y, Font font, String method) {
    double reach = method.equals(Methods.SCRATCH) ? a.mean() : a.max();
    double x = Math.max(panel.x(100 * a.mean()) + 12, panel.x(100 * reach) + 8);
    String text = Numbers.percent(a.mean());
    figure.fill(x - 2, y - 8, figure.width(text, font) + 4, 16, theme.paper());
    figure.text(text, x, y, Align.LEFT, font, colour(method));
  }

  private void left(Figure figure, Panel panel, Statistic a, double y, Font font, String method) {
    double reach = method.equals(Methods.SCRATCH) ? a.mean() : a.min();
    double x = Math.min(panel.x(100 * a.mean()) - 11, panel.x(100 * reach) - 8);
    String text = Numbers.percent(a.mean());
    double width = figure.width(text, font);
    figure.fill(x - width - 2, y - 8, width + 4, 16, theme.paper());
    figure.text(text, x, y, Align.RIGHT, font, colour(method));
  }

  private List<Double> values() {
    List<Double> values = new ArrayList<>(List.of(100 * guess));
    for (String size : summary.sizes()) {
      for (String method : lanes) {
        pair(size, method).both().forEach(a -> values.add(100 * a.mean()));
      }
    }
    values.add(Math.min(100, Collections.max(values) + 5)); // room for the number beside it
    return values;
  }

  /** Of scratch the first and the last epoch; composed and fitted, or full as it is composed. */
  Pair pair(String size, String method) {
    if (method.equals(Methods.SCRATCH)) {
      return new Pair(
          scratch.size() > 1 ? accuracy(size, scratch.get(0)) : Optional.empty(),
          accuracy(size, scratch.get(scratch.size() - 1)));
    }
    boolean fitted = !summary.rows(size, method, Moment.FITTED).isEmpty();
    return new Pair(
        fitted ? summary.accuracy(size, method, Moment.COMPOSED) : Optional.empty(),
        summary.accuracy(size, method, Moment.START));
  }

  /** What the full mark is the mean of. */
  private Collection<Measurement> starts(String size, String method) {
    return summary.rows(size, method, Moment.START);
  }

  private boolean has(String method, Moment moment) {
    return summary.sizes().stream().anyMatch(size -> !summary.rows(size, method, moment).isEmpty());
  }

  private Optional<Statistic> accuracy(String size, Trained moment) {
    return summary.accuracy(size, moment.method(), new Moment(moment.epoch()));
  }

  private List<Figure.Key> keys() {
    List<Figure.Key> keys = new ArrayList<>();
    for (String method : starters) {
      boolean fitted = has(method, Moment.FITTED);
      String label = summary.label(method);
      if (has(method, Moment.COMPOSED)) {
        Dot mark = mark(method, fitted ? 5 : 6, fitted);
        keys.add(Figure.Key.mark(untrained(label), colour(method), mark));
      }
      if (fitted) {
        keys.add(Figure.Key.mark(fitted(label), colour(method), mark(method, 6, false)));
      }
    }
    for (Trained moment : scratch) {
      boolean hollow = scratch.size() > 1 && moment.equals(scratch.get(0));
      keys.add(scratchKey(moment.epoch(), colour(Methods.SCRATCH), hollow));
    }
    return keys;
  }

  /** A method that is called after its fit, such as "fitted supernet", does not say it twice. */
  static String untrained(String label) {
    return isFitted(label)
        ? label.replace(FITTED, "") + ", before its fit"
        : label + ", no training";
  }

  static String fitted(String label) {
    return isFitted(label) ? label : label + ", fitted";
  }

  private static boolean isFitted(String label) {
    return (" " + label).contains(" " + FITTED);
  }

  private Figure.Key scratchKey(int epoch, Color colour, boolean hollow) {
    String text = "scratch after " + Numbers.counted(epoch, "epoch");
    return Figure.Key.mark(text, colour, mark(Methods.SCRATCH, 5.5, hollow));
  }

  private Dot mark(String method, double radius, boolean hollow) {
    return new Dot(Theme.place(method, summary.methods()), radius, hollow, theme.paper());
  }

  private Color colour(String method) {
    return theme.colour(Theme.place(method, summary.methods()));
  }
}
